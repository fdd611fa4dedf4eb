use proptest::prelude::*;

use super::*;
use crate::message::Event;

fn asked() -> Kind {
    Kind::Text { content: "开放时间".into(), menu_id: None }
}

fn article() -> Article {
    Article {
        title: "题名".into(),
        description: "著录".into(),
        pic_url: "http://p".into(),
        url: "http://u?a=1&b=2".into(),
    }
}

#[test]
fn every_reply_survives_writing_and_reading() {
    let music = Music { title: Some("t".into()), thumb_media_id: "m".into(), ..Music::default() };
    let video = Video { media_id: "m".into(), description: Some("d".into()), title: None };
    for reply in [
        Reply::Text("第一行\n<a href=\"https://x\">链接</a>".into()),
        Reply::Image("m".into()),
        Reply::Voice("m".into()),
        Reply::Video(video),
        Reply::Music(music),
        Reply::News(vec![article(), article()]),
        Reply::TransferCustomerService(None),
        Reply::TransferCustomerService(Some("a@b".into())),
    ] {
        let xml = reply.to_xml("oReader", "gh_1", 12).unwrap();
        let expected = ReplyMessage { to: "oReader".into(), from: "gh_1".into(), created: 12, reply };
        assert_eq!(Reply::parse(&xml).unwrap(), expected);
    }
    assert_eq!(Reply::Nothing.to_xml("o", "g", 1), None);
}

#[test]
fn w27_end_of_cdata_in_a_text_is_split() {
    for content in ["a]]>b", "]]>", "]]]]>>", "]]>]]>", "<![CDATA[x]]>"] {
        let xml = Reply::Text(content.into()).to_xml("o", "g", 1).unwrap();
        assert_eq!(Reply::parse(&xml).unwrap().reply, Reply::Text(content.into()), "{xml}");
    }
}

#[test]
fn limits_are_enforced() {
    let text = |bytes: usize| Reply::Text("a".repeat(bytes)).check(&asked());
    assert_eq!(text(TEXT_BYTES), Ok(()));
    assert_eq!(text(TEXT_BYTES + 1), Err(ReplyError::TooLong(TEXT_BYTES + 1)));
    assert_eq!(Reply::Text(" \n".into()).check(&asked()), Err(ReplyError::Empty("Content")));
    assert_eq!(Reply::Image(String::new()).check(&asked()), Err(ReplyError::Empty("MediaId")));
    assert_eq!(Reply::Music(Music::default()).check(&asked()), Err(ReplyError::Empty("ThumbMediaId")));
    let news = |count: usize, asked: &Kind| Reply::News(vec![article(); count]).check(asked);
    assert_eq!(news(0, &asked()), Err(ReplyError::Empty("Articles")));
    assert_eq!(news(1, &asked()), Ok(()));
    assert_eq!(news(2, &asked()), Err(ReplyError::TooManyArticles { given: 2, most: 1 }));
    let follow = Kind::Event(Event::Subscribe(None));
    assert_eq!(news(8, &follow), Ok(()));
    assert_eq!(news(9, &follow), Err(ReplyError::TooManyArticles { given: 9, most: 8 }));
}

#[test]
fn long_text_is_cut_at_a_sentence_with_a_link_to_the_rest() {
    let sentence = "查阅档案请带身份证，周一至周五九时至十七时开放。";
    let content = sentence.repeat(40);
    let Reply::Text(cut) = Reply::text_with_more(&content, "https://a.example/q/1") else { panic!() };
    assert!(cut.len() <= TEXT_BYTES && cut.len() > TEXT_BYTES / 2);
    let body = cut.strip_suffix("……\n<a href=\"https://a.example/q/1\">查看全文</a>").unwrap();
    assert_eq!(body, sentence.repeat(body.len() / sentence.len()));
    assert_eq!(Reply::text_with_more(sentence, "https://a"), Reply::Text(sentence.into()));
}

#[test]
fn cutting_leaves_links_whole() {
    let link = "<a href=\"https://a.example/records/0123456789\">粤府〔2023〕68号 关于印发的通知</a>\u{3000}";
    let Reply::Text(cut) = Reply::text(&link.repeat(60)) else { panic!() };
    assert!(cut.len() <= TEXT_BYTES);
    assert_eq!(cut.matches("<a ").count(), cut.matches("</a>").count());
    assert!(cut.ends_with("</a>……"));
}

#[test]
fn empty_text_becomes_no_reply() {
    assert_eq!(Reply::text(" \n\0"), Reply::Nothing);
}

proptest! {
    #[test]
    fn every_text_is_within_the_limit(content in "[a。\n 档𠮷<>/\\x00]{0,1200}", url in "https://[a-z?&=\"]{0,40}") {
        for reply in [Reply::text(&content), Reply::text_with_more(&content, &url)] {
            prop_assert_eq!(reply.check(&asked()), Ok(()));
        }
    }

    #[test]
    fn reading_any_answer_never_panics(text in "(<[a-zA-Z/!\\[]{0,9}>?|[ -~]|档){0,40}") {
        let _ = Reply::parse(&text);
    }
}
