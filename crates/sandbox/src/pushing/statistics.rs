use wechat::client::{ArticleKey, CommentAct, CommentKind};
use wechat::errcode::Errcode;
use wechat::wire::statistics::ReadingCounts;

use super::*;

async fn act(desk: &Desk, openid: &str, page: &str, act: &str) -> Value {
    desk.live.control(&format!("/a/followers/{openid}/articles/{page}"), &json!({"act": act})).await
}

#[tokio::test]
async fn numbers_follow_what_the_followers_did_and_come_the_next_morning() {
    let desk = Desk::of(Kind::Subscription).await;
    let openids = desk.followers(3).await;
    let client = &desk.client;
    let taken = client.send_mass(&draft_to(Audience::Everybody, &desk.draft(&["甲"]).await, "p1")).await.unwrap();
    desk.live.advance(2).await;
    let page = desk.live.get("/_sandbox/a/articles").await[0]["id"].as_str().unwrap().to_owned();
    for (openid, what) in [(0, "read"), (0, "read"), (1, "read"), (1, "share"), (1, "favourite"), (0, "like")] {
        assert!(act(&desk, &openids[openid], &page, what).await["error"].is_null());
    }
    for (openid, kind, said) in [(0, "text", "一"), (0, "text", "二"), (1, "text", "三"), (1, "image", "")] {
        desk.live.send(&openids[openid], kind, said).await;
    }
    desk.live.send(&openids[2], "unsubscribe", "").await;
    let early = client.article_summary("2026-11-23").await.unwrap_err();
    assert_eq!(early.code(), Some(Errcode(61501)), "today is not over");
    desk.live.advance(86_400 - 60).await;
    assert_eq!(client.article_summary("2026-11-23").await.unwrap_err().code(), Some(Errcode(61503)), "07:59");
    act(&desk, &openids[0], &page, "read").await;
    desk.live.advance(58).await;
    let summary = client.article_summary("2026-11-23").await.unwrap();
    assert_eq!(summary[0].msgid, format!("{}_1", taken.msg_data_id.unwrap()));
    let counts = ReadingCounts {
        int_page_read_user: 2,
        int_page_read_count: 3,
        share_user: 1,
        share_count: 1,
        add_to_fav_user: 1,
        add_to_fav_count: 1,
        ..ReadingCounts::default()
    };
    assert_eq!((summary.len(), summary[0].counts), (1, counts));
    let hours = client.reading_hours("2026-11-23").await.unwrap();
    let told: Vec<_> = hours.iter().map(|one| (one.ref_hour, one.user_source, one.counts.int_page_read_user)).collect();
    assert_eq!(told, [(800, 0, 2), (800, 99_999_999, 2)]);
    let moves = client.follower_moves("2026-11-23", "2026-11-23").await.unwrap();
    let sum = moves.iter().fold((0, 0), |sum, one| (sum.0 + one.new_user, sum.1 + one.cancel_user));
    assert_eq!(sum, (3, 1));
    desk.followers(1).await;
    let totals = client.follower_totals("2026-11-22", "2026-11-23").await.unwrap();
    assert_eq!(totals.iter().map(|one| one.cumulate_user).collect::<Vec<_>>(), [0, 2], "without today's");
    let messages = client.upstream_messages("2026-11-23", "2026-11-23").await.unwrap();
    let told: Vec<_> = messages.iter().map(|one| (one.msg_type, one.msg_user, one.msg_count)).collect();
    assert_eq!(told, [(1, 2, 3), (2, 1, 1)]);
    desk.live.advance(86_400).await;
    let total = client.article_total("2026-11-23").await.unwrap();
    let growth: Vec<_> = total[0].details.iter().map(|one| (one.target_user, one.counts.int_page_read_count)).collect();
    assert_eq!(growth, [(3, 3), (3, 4)]);
    for (begin, end, code) in [("2026-11-2", "2026-11-23", 61500), ("2026-11-01", "2026-11-23", 61501)] {
        assert_eq!(client.follower_moves(begin, end).await.unwrap_err().code(), Some(Errcode(code)));
    }
}

#[tokio::test]
async fn an_article_is_read_on_the_phone_and_commented() {
    let desk = Desk::of(Kind::Subscription).await;
    let openids = desk.followers(2).await;
    let client = &desk.client;
    let content = "<p>一页<b>档案</b></p>".to_owned();
    let article = Article {
        title: "馆藏 <一>".into(),
        author: "编研处".into(),
        content,
        thumb_media_id: desk.cover().await,
        need_open_comment: true,
        ..Article::default()
    };
    let draft = client.add_draft(&[article]).await.unwrap();
    let taken = client.send_mass(&draft_to(Audience::Everybody, &draft, "p1")).await.unwrap();
    desk.live.advance(2).await;
    let told = desk.live.get("/_sandbox/a/articles").await[0].clone();
    let (page, url) = (told["id"].as_str().unwrap(), told["url"].as_str().unwrap());
    let cookie = |openid: &str| format!("sandbox_follower_a={openid}");
    let get = async |openid: &str| {
        let request = desk.live.sandbox.inner.http.get(url).header("cookie", cookie(openid));
        let response = request.send().await.unwrap();
        assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
        response.text().await.unwrap()
    };
    let html = get(&openids[0]).await;
    assert!(html.contains("<p>一页<b>档案</b></p>") && html.contains("馆藏 &lt;一&gt;") && html.contains("编研处"));
    assert!(html.contains("data-read>1<"), "{html}");
    let again = desk.live.sandbox.inner.http.get(format!("{url}?again")).header("cookie", cookie(&openids[0]));
    assert!(
        again.send().await.unwrap().text().await.unwrap().contains("data-read>1<"),
        "drawn again is not read again"
    );
    let key = ArticleKey { msg_data_id: taken.msg_data_id.unwrap(), index: 0 };
    let path = format!("/a/followers/{}/articles/{page}", openids[1]);
    let said = desk.live.control(&path, &json!({"act": "comment", "content": "祖父的<名字>在里面"})).await;
    assert!(said["error"].is_null(), "{said}");
    assert!(!get(&openids[0]).await.contains("祖父"), "not yet elected");
    assert!(get(&openids[1]).await.contains("祖父的&lt;名字&gt;"), "one's own");
    let list = client.comments(key, 0, CommentKind::All).await.unwrap();
    let comment = &list.comment[0];
    assert_eq!((list.total, comment.openid.as_deref(), comment.comment_type), (1, Some(openids[1].as_str()), false));
    let id = comment.user_comment_id;
    client.act_on_comment(key, id, CommentAct::Elect).await.unwrap();
    client.reply_to_comment(key, id, "欢迎来馆查阅").await.unwrap();
    assert_eq!(client.reply_to_comment(key, id, "再").await.unwrap_err().code(), Some(Errcode(88005)));
    let html = get(&openids[0]).await;
    assert!(html.contains("祖父的") && html.contains("作者回复：欢迎来馆查阅"));
    assert_eq!(
        client.comments(key, 0, CommentKind::Elected).await.unwrap().comment[0].reply.as_ref().unwrap().content,
        "欢迎来馆查阅"
    );
    client.act_on_comment(key, id, CommentAct::DeleteReply).await.unwrap();
    client.act_on_comment(key, id, CommentAct::Delete).await.unwrap();
    assert_eq!(client.act_on_comment(key, id, CommentAct::Unelect).await.unwrap_err().code(), Some(Errcode(88008)));
    client.open_comments(key, false).await.unwrap();
    assert!(desk.live.control(&path, &json!({"act": "comment", "content": "晚了"})).await["error"].is_string());
    let nothing = ArticleKey { msg_data_id: 1, index: 0 };
    assert_eq!(client.open_comments(nothing, true).await.unwrap_err().code(), Some(Errcode(88001)));
    let twice = [act(&desk, &openids[0], page, "like").await, act(&desk, &openids[0], page, "like").await];
    assert_eq!(twice.map(|counts| counts["liked"].clone()), [1, 0], "a second like takes the first back");
}
