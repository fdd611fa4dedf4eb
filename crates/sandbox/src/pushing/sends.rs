use wechat::client::{MassStatus, PreviewReader};
use wechat::errcode::Errcode;
use wechat::message::MassResult;
use wechat::wire::mass::{MassMedia, MassVideo};
use wechat::wire::material::FilmForMass;

use super::*;

async fn result(desk: &Desk, number: usize) -> MassResult {
    match desk.heard(number).await.swap_remove(number - 1) {
        Event::MassSent(result) => result,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn articles_reach_every_follower_once_and_the_draft_is_used_up() {
    let desk = Desk::of(Kind::Subscription).await;
    let openids = desk.followers(3).await;
    desk.live.send(&openids[2], "unsubscribe", "").await;
    let draft = desk.draft(&["甲", "乙"]).await;
    let taken = desk.client.send_mass(&draft_to(Audience::Everybody, &draft, "p1")).await.unwrap();
    let msg_id = taken.msg_id.unwrap();
    assert!(!taken.repeated && taken.msg_data_id.is_some());
    assert_eq!(desk.client.mass_status(&msg_id).await.unwrap(), MassStatus::Sending);
    assert!(desk.events().is_empty(), "the end is told when it is over");
    desk.live.advance(2).await;
    let told = result(&desk, 1).await;
    assert_eq!((told.msg_id.as_str(), told.status.as_str()), (msg_id.as_str(), "send success"));
    assert_eq!((told.total, told.filtered, told.sent, told.failed), (2, 2, 2, 0));
    assert_eq!((told.check_state, told.urls.len()), (Some(1), 2));
    assert_eq!(desk.client.mass_status(&msg_id).await.unwrap(), MassStatus::Done);
    for openid in &openids[..2] {
        let pushed: Vec<_> = desk.live.chat(openid).await.into_iter().filter(|line| line.1 == "mpnews").collect();
        assert_eq!(pushed, [("out".to_owned(), "mpnews".to_owned(), "甲".to_owned())]);
    }
    assert_eq!(desk.client.draft(&draft).await.unwrap_err().code(), Some(Errcode(40007)));
    let sends = desk.sends().await;
    assert_eq!((sends.len(), &sends[0]["state"], &sends[0]["events"]), (1, &json!("done"), &json!(1)));
    let mut sorted = openids[..2].to_vec();
    sorted.sort();
    assert_eq!(sends[0]["sent"], json!(sorted));
    assert_eq!(desk.client.delete_mass(&msg_id, Some(3)).await.unwrap_err().code(), Some(Errcode(40060)));
    desk.client.delete_mass(&msg_id, Some(1)).await.unwrap();
    let gone = desk.live.sandbox.inner.http.get(&told.urls[0].1).send().await.unwrap();
    assert_eq!(gone.status(), 404);
    desk.client.delete_mass(&msg_id, None).await.unwrap();
    assert_eq!(desk.client.mass_status(&msg_id).await.unwrap(), MassStatus::Deleted);
    assert_eq!(desk.client.mass_status("1").await.unwrap_err().code(), Some(Errcode(40059)));
}

#[tokio::test]
async fn the_same_name_is_taken_once_a_day() {
    let desk = Desk::of(Kind::Subscription).await;
    desk.followers(1).await;
    let send = draft_to(Audience::Everybody, &desk.draft(&["甲"]).await, "same");
    let first = desk.client.send_mass(&send).await.unwrap();
    assert_eq!(desk.client.send_mass(&send).await.unwrap_err().code(), Some(Errcode(45066)));
    desk.live.advance(60).await;
    let again = desk.client.send_mass(&send).await.unwrap();
    assert_eq!((again.msg_id, again.msg_data_id, again.repeated), (first.msg_id.clone(), None, true));
    desk.live.advance(24 * 3600 - 61).await;
    assert!(desk.client.send_mass(&send).await.unwrap().repeated, "not quota and not the missing draft");
    desk.live.advance(1).await;
    let late = desk.client.send_mass(&send).await.unwrap_err();
    assert_eq!(late.code(), Some(Errcode(40007)), "after 24 hours it is a new job, whose draft is gone");
    assert_eq!(desk.sends().await.len(), 1);
    let token = desk.live.token("a").await;
    let path = format!("/cgi-bin/message/mass/sendall?access_token={token}");
    let body = json!({"filter": {"is_to_all": "true"}, "msgtype": "text", "text": {"content": "同文"}});
    let long = json!({"clientmsgid": "x".repeat(33), "filter": {"is_to_all": true}, "msgtype": "text"});
    assert_eq!(desk.live.post(&path, &long).await["errcode"], 45067);
    assert_eq!(desk.live.post(&path, &body).await["errcode"], 0);
    desk.live.advance(60).await;
    assert_eq!(desk.live.post(&path, &body).await["errcode"], 45065, "without a name, the content is the name");
}

#[tokio::test]
async fn a_subscription_account_sends_once_a_day_of_shanghai() {
    let desk = Desk::of(Kind::Subscription).await;
    desk.followers(1).await;
    let send = async |name: &str| desk.client.send_mass(&text_to(Audience::Everybody, name)).await;
    send("p1").await.unwrap();
    assert_eq!(send("p2").await.unwrap_err().code(), Some(Errcode(45028)), "also while the first is under way");
    // 08:00 in Shanghai: sixteen hours to midnight.
    desk.live.advance(16 * 3600 - 1).await;
    assert_eq!(send("p3").await.unwrap_err().code(), Some(Errcode(45028)));
    desk.live.advance(1).await;
    desk.fault(json!({"name": "err_20013"})).await;
    send("p4").await.unwrap();
    desk.live.advance(2).await;
    assert_eq!(result(&desk, 2).await.status, "err(20013)");
    send("p5").await.unwrap();
    let states: Vec<Value> = desk.sends().await.iter().map(|send| send["state"].clone()).collect();
    assert_eq!(states, ["done", "failed", "sending"], "what failed used nothing up");
    let list = text_to(Audience::Listed(vec!["o1".into(), "o2".into()]), "p6");
    assert_eq!(desk.client.send_mass(&list).await.unwrap_err().code(), Some(Errcode::UNAUTHORISED));
}

#[tokio::test]
async fn a_follower_of_a_service_account_gets_four_a_month() {
    let desk = Desk::of(Kind::Service).await;
    let openids = desk.followers(3).await;
    let client = &desk.client;
    let tag = client.create_tag("家谱").await.unwrap().id.unwrap();
    client.tag(tag, &openids[..1]).await.unwrap();
    for number in 1..=5 {
        client.send_mass(&text_to(Audience::Tagged(tag), &format!("t{number}"))).await.unwrap();
        desk.live.advance(61).await;
    }
    let last = result(&desk, 5).await;
    assert_eq!((last.total, last.filtered, last.sent, last.failed), (1, 1, 0, 1), "the fifth fails silently");
    let texts = async |openid: &str| desk.live.chat(openid).await.into_iter().filter(|line| line.1 == "text").count();
    assert_eq!((texts(&openids[0]).await, texts(&openids[1]).await), (4, 0), "only those of the tag");
    let two = Audience::Listed(openids[..2].to_vec());
    client.send_mass(&text_to(two.clone(), "l1")).await.unwrap();
    desk.live.advance(61).await;
    let both = result(&desk, 6).await;
    assert_eq!((both.total, both.sent, both.failed), (2, 1, 1));
    assert_eq!(desk.sends().await[5]["over_quota"], json!([openids[0]]));
    for number in 1..=4 {
        client.send_mass(&text_to(Audience::Everybody, &format!("a{number}"))).await.unwrap();
        desk.live.advance(61).await;
    }
    let fifth = client.send_mass(&text_to(Audience::Everybody, "a5")).await;
    assert_eq!(fifth.unwrap_err().code(), Some(Errcode(45028)));
    desk.live.advance(8 * 86_400).await; // from 23 November into December
    client.send_mass(&text_to(two, "l2")).await.unwrap();
    desk.live.advance(2).await;
    assert_eq!(result(&desk, 11).await.sent, 2, "a new month");
    let unknown = client.send_mass(&text_to(Audience::Tagged(999), "t9")).await;
    assert_eq!(unknown.unwrap_err().code(), Some(Errcode(40152)));
}

#[tokio::test]
async fn every_type_arrives_as_what_it_is() {
    let desk = Desk::of(Kind::Service).await;
    let openid = desk.followers(1).await.remove(0);
    let client = &desk.client;
    let voice = client.add_material(MediaKind::Voice, "a.mp3", "audio/mpeg", b"ID3").await.unwrap().media_id;
    let film = client.upload_media(MediaKind::Video, "a.mp4", "video/mp4", b"ftyp").await.unwrap().media_id;
    let content = |media_id: &str| MassContent::MpVideo {
        mpvideo: MassVideo { media_id: media_id.to_owned(), title: "馆史".into(), description: String::new() },
    };
    let send = async |content: MassContent, name: &str| {
        let all = MassSend { content, ..text_to(Audience::Everybody, name) };
        let taken = client.send_mass(&all).await;
        desk.live.advance(2).await;
        taken
    };
    assert_eq!(send(content(&film), "v").await.unwrap_err().code(), Some(Errcode(48013)));
    let words = FilmForMass { media_id: film, title: "馆史".into(), description: String::new() };
    let film = client.film_for_mass(&words).await.unwrap().media_id;
    send(content(&film), "v").await.unwrap();
    send(MassContent::Voice { voice: MassMedia { media_id: voice } }, "o").await.unwrap();
    send(MassContent::images(&[desk.cover().await, desk.cover().await]), "i").await.unwrap();
    let wrong = MassContent::images(&["none".to_owned()]);
    assert_eq!(send(wrong, "w").await.unwrap_err().code(), Some(Errcode(40007)));
    let kinds: Vec<String> = desk.live.chat(&openid).await.into_iter().skip(1).map(|line| line.1).collect();
    assert_eq!(kinds, ["video", "voice", "image", "image"]);
    client.set_mass_speed(3).await.unwrap();
    let speed = client.mass_speed().await.unwrap();
    assert_eq!((speed.speed, speed.realspeed), (Some(3), Some(30)));
}

#[tokio::test]
async fn a_preview_goes_to_one_reader_uses_nothing_up_and_ends() {
    let desk = Desk::of(Kind::Subscription).await;
    let openids = desk.followers(2).await;
    let draft = desk.draft(&["甲"]).await;
    let content = MassContent::articles(&draft);
    desk.client.preview_mass(&PreviewReader::Openid(openids[0].clone()), &content).await.unwrap();
    let name = desk.live.sandbox.look(|world, _| world.accounts["a"].followers[&openids[1]].nickname.clone());
    desk.client.preview_mass(&PreviewReader::WechatName(name), &MassContent::text("看看")).await.unwrap();
    let nobody = PreviewReader::WechatName("nobody".into());
    assert_eq!(desk.client.preview_mass(&nobody, &content).await.unwrap_err().code(), Some(Errcode(40132)));
    desk.client.draft(&draft).await.unwrap();
    assert!(desk.sends().await.is_empty());
    let url = desk.live.get("/_sandbox/a/articles").await[0]["url"].as_str().unwrap().to_owned();
    let status = async || desk.live.sandbox.inner.http.get(&url).send().await.unwrap().status();
    assert_eq!(status().await, 200);
    desk.live.advance(12 * 3600).await;
    assert_eq!(status().await, 404);
    desk.client.send_mass(&draft_to(Audience::Everybody, &draft, "p1")).await.unwrap();
}

#[tokio::test]
async fn a_protected_send_waits_for_its_administrator() {
    let settings = account("a", Kind::Subscription, true);
    let desk =
        Desk::with(SandboxAccount { mass_protection: Protection::Administrator, mode: Mode::Plain, ..settings }).await;
    let openid = desk.followers(1).await.remove(0);
    let send = async |name: &str| desk.client.send_mass(&text_to(Audience::Everybody, name)).await;
    let decide = async |msg_id: &str, confirmed: bool| {
        desk.live.control(&format!("/a/sends/{msg_id}"), &json!({"confirmed": confirmed})).await
    };
    let refused = send("p1").await.unwrap().msg_id.unwrap();
    desk.live.advance(60).await;
    assert_eq!(desk.sends().await[0]["state"], "confirming");
    assert_eq!(send("p2").await.unwrap_err().code(), Some(Errcode(89504)));
    assert!(send("p1").await.unwrap().repeated);
    decide(&refused, false).await;
    assert_eq!(result(&desk, 1).await.status, "err(40001)");
    let ignored = send("p3").await.unwrap().msg_id.unwrap();
    desk.live.advance(30 * 60).await;
    assert_eq!(result(&desk, 2).await.status, "err(40002)");
    assert!(decide(&ignored, true).await["error"].is_string(), "too late");
    let confirmed = send("p4").await.unwrap().msg_id.unwrap();
    decide(&confirmed, true).await;
    desk.live.advance(2).await;
    let told = result(&desk, 3).await;
    assert_eq!((told.status.as_str(), told.sent), ("send success", 1));
    assert_eq!(desk.live.chat(&openid).await.iter().filter(|line| line.1 == "text").count(), 1);
}
