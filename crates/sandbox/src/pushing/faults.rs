use wechat::client::{Error, MassStatus};
use wechat::errcode::{Class, Errcode};

use super::*;

#[tokio::test]
async fn p03_an_accepted_send_whose_answer_is_lost_is_unknown_and_found_again_by_its_name() {
    for fault in ["send_cut", "send_minus_one"] {
        let desk = Desk::of(Kind::Subscription).await;
        let openid = desk.followers(1).await.remove(0);
        desk.fault(json!({"name": fault})).await;
        let send = text_to(Audience::Everybody, "p1");
        let lost = desk.client.send_mass(&send).await.unwrap_err();
        assert_eq!(lost.class(), Class::Unknown, "{fault}: {lost}");
        assert_eq!(desk.sends().await.len(), 1, "{fault}: it was taken");
        assert_eq!(desk.client.send_mass(&send).await.unwrap_err().code(), Some(Errcode(45066)));
        desk.live.advance(60).await;
        let again = desk.client.send_mass(&send).await.unwrap();
        assert!(again.repeated);
        assert_eq!(again.msg_id.as_deref(), Some(desk.sends().await[0]["msg_id"].to_string().as_str()));
        assert_eq!(desk.live.chat(&openid).await.iter().filter(|line| line.1 == "text").count(), 1, "{fault}");
    }
}

#[tokio::test]
async fn t04_a_send_whose_token_ended_gets_a_new_one_and_keeps_its_name() {
    for code in [40001, 40014, 42001] {
        let desk = Desk::of(Kind::Subscription).await;
        desk.fault(json!({"name": code, "path": "/cgi-bin/message/mass/sendall"})).await;
        let submitted = desk.client.send_mass(&text_to(Audience::Everybody, "p1")).await.unwrap();
        let sends = desk.sends().await;
        assert_eq!((submitted.repeated, sends.len(), &sends[0]["clientmsgid"]), (false, 1, &json!("p1")), "{code}");
    }
}

#[tokio::test]
async fn a_send_that_is_lost_is_unknown_too_and_was_not_taken() {
    let desk = Desk::of(Kind::Subscription).await;
    desk.fault(json!({"name": "send_lost"})).await;
    let send = text_to(Audience::Everybody, "p1");
    let lost = desk.client.send_mass(&send).await.unwrap_err();
    assert_eq!((lost.class(), desk.sends().await.len()), (Class::Unknown, 0), "{lost}");
    assert!(!desk.client.send_mass(&send).await.unwrap().repeated);
}

#[tokio::test]
async fn p08_attempts_at_once_under_one_name_are_one_job() {
    let desk = Desk::of(Kind::Service).await;
    let openid = desk.followers(1).await.remove(0);
    let send = text_to(Audience::Everybody, "p1");
    let outcomes = futures::future::join_all((0..20).map(|_| desk.client.send_mass(&send))).await;
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let too_fast =
        |outcome: &&Result<_, Error>| outcome.as_ref().is_err_and(|error| error.code() == Some(Errcode(45066)));
    assert_eq!((taken, outcomes.iter().filter(too_fast).count()), (1, 19));
    desk.live.advance(2).await;
    assert_eq!(desk.live.chat(&openid).await.iter().filter(|line| line.1 == "text").count(), 1);
}

#[tokio::test]
async fn what_is_refused_was_not_taken() {
    let desk = Desk::of(Kind::Subscription).await;
    let send = text_to(Audience::Everybody, "p1");
    for (fault, class) in [("minus_one", Class::Unknown), ("45028", Class::Stop), ("45011", Class::Retry)] {
        desk.fault(json!({"name": fault, "path": "/cgi-bin/message/mass/sendall"})).await;
        desk.client.mass_speed().await.unwrap();
        assert_eq!(desk.client.send_mass(&send).await.unwrap_err().class(), class, "{fault}");
        assert!(desk.sends().await.is_empty(), "{fault}");
    }
    desk.fault(json!({"name": "40001"})).await;
    assert!(!desk.client.send_mass(&send).await.unwrap().repeated, "t04: refreshed and sent under the same name");
    assert_eq!(desk.sends().await.len(), 1);
}

#[tokio::test]
async fn a_limit_strikes_at_the_nth_call() {
    let desk = Desk::of(Kind::Service).await;
    let body = json!({"name": "45009", "after": 2, "path": "/cgi-bin/message/mass/sendall"});
    desk.fault(body).await;
    let send = async |name: &str| desk.client.send_mass(&text_to(Audience::Everybody, name)).await;
    send("p1").await.unwrap();
    send("p2").await.unwrap();
    assert_eq!(send("p3").await.unwrap_err().code(), Some(Errcode::DAILY_LIMIT));
    assert!(matches!(send("p3").await, Err(Error::Paused { .. })), "t08: not asked again today");
}

#[tokio::test]
async fn sixty_calls_a_minute_are_let_in() {
    let desk = Desk::of(Kind::Service).await;
    let send = text_to(Audience::Tagged(999), "p1");
    for _ in 0..60 {
        assert_eq!(desk.client.send_mass(&send).await.unwrap_err().code(), Some(Errcode(40152)));
    }
    assert_eq!(desk.client.send_mass(&send).await.unwrap_err().code(), Some(Errcode(45011)));
}

#[tokio::test]
async fn p22_without_its_event_a_job_is_found_by_asking() {
    let desk = Desk::of(Kind::Service).await;
    desk.fault(json!({"name": "finish_lost"})).await;
    let lost = desk.client.send_mass(&text_to(Audience::Everybody, "p1")).await.unwrap().msg_id.unwrap();
    desk.live.advance(2).await;
    assert_eq!(desk.client.mass_status(&lost).await.unwrap(), MassStatus::Done);
    desk.fault(json!({"name": "finish_twice"})).await;
    let twice = desk.client.send_mass(&text_to(Audience::Everybody, "p2")).await.unwrap().msg_id.unwrap();
    desk.live.advance(2).await;
    let told: Vec<Event> = desk.heard(2).await;
    let of = |event: &Event| if let Event::MassSent(result) = event { result.msg_id.clone() } else { String::new() };
    assert_eq!(told.iter().map(of).collect::<Vec<_>>(), [twice.clone(), twice], "none of the first");
    let counts: Vec<Value> = desk.sends().await.iter().map(|send| send["events"].clone()).collect();
    assert_eq!(counts, [0, 2]);
}

#[tokio::test]
async fn p20_the_end_can_be_told_before_the_answer() {
    let desk = Desk::of(Kind::Subscription).await;
    desk.fault(json!({"name": "finish_early"})).await;
    let taken = desk.client.send_mass(&text_to(Audience::Everybody, "p1")).await.unwrap();
    let [Event::MassSent(told)] = &desk.events()[..] else { panic!("not told yet") };
    assert_eq!(Some(&told.msg_id), taken.msg_id.as_ref());
}

#[tokio::test]
async fn p21_a_publication_under_the_name_of_a_mass_send_is_told_apart() {
    let desk = Desk::of(Kind::Subscription).await;
    desk.fault(json!({"name": "finish_misnamed"})).await;
    let ticket = desk.client.publish(&desk.draft(&["甲"]).await).await.unwrap();
    desk.live.advance(2).await;
    let [Event::Published(told)] = &desk.heard(1).await[..] else { panic!("read as a mass send") };
    assert_eq!(told.publish_id, ticket.publish_id);
    assert!(desk.callback.seen().iter().any(|(_, body)| body.contains("MASSSENDJOBFINISH")));
}

#[tokio::test]
async fn a_reprint_stops_the_job_unless_that_was_allowed() {
    let desk = Desk::of(Kind::Service).await;
    desk.followers(1).await;
    for (ignore, status, check) in [(false, "err(30003)", 3), (true, "send success", 2)] {
        desk.fault(json!({"name": "reprint"})).await;
        let draft = desk.draft(&["甲"]).await;
        let send = MassSend {
            ignore_reprint: ignore,
            ..draft_to(Audience::Everybody, &draft, status.split_once(['(', ' ']).unwrap().0)
        };
        desk.client.send_mass(&send).await.unwrap();
        desk.live.advance(2).await;
        let told = desk.heard(1 + usize::from(ignore)).await.pop().unwrap();
        let Event::MassSent(told) = told else { panic!("{told:?}") };
        assert_eq!((told.status.as_str(), told.check_state, told.checks[0].index), (status, Some(check), 1));
        assert_eq!(desk.client.draft(&draft).await.is_ok(), !ignore, "a stopped job leaves its draft");
    }
}
