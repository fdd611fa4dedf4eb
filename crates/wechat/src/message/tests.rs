use proptest::prelude::*;
use serde_json::json;

use super::*;

const OPENID: &str = "oABCD-efgh_IJKL0123456789xyz";

fn xml(middle: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[{OPENID}]]></FromUserName>\
         <CreateTime>1348831860</CreateTime>{middle}</xml>"
    )
}

fn parse(middle: &str) -> Message {
    Message::parse(xml(middle).as_bytes()).unwrap()
}

fn event(name: &str, more: &str) -> Event {
    match parse(&format!("<MsgType>event</MsgType><Event><![CDATA[{name}]]></Event>{more}")).kind {
        Kind::Event(event) => event,
        other => panic!("{other:?}"),
    }
}

fn text(content: &str) -> Message {
    Message {
        to: "gh_0123456789ab".into(),
        from: OPENID.into(),
        created: 1_348_831_860,
        id: Some("12345678901234567".into()),
        article: None,
        kind: Kind::Text { content: content.into(), menu_id: None },
    }
}

fn scene() -> Scene {
    Scene { value: "展厅 3".into(), ticket: "gQ==".into() }
}

fn spot() -> Spot {
    Spot { latitude: 23.134_521, longitude: 113.358_803, scale: Some(20), label: "广州市 <天河>".into() }
}

fn messages() -> Vec<Kind> {
    vec![
        Kind::Text { content: "粤府〔2023〕68号 ]]> & <b>\u{1f600}".into(), menu_id: Some("7".into()) },
        Kind::Image { pic_url: "http://x/?a=1&b=2".into(), media_id: "m".into() },
        Kind::Voice {
            media_id: "m".into(),
            format: "speex".into(),
            media_id_16k: Some("k".into()),
            recognition: Some("几点开门".into()),
        },
        Kind::Video { media_id: "m".into(), thumb_media_id: "t".into() },
        Kind::ShortVideo { media_id: "m".into(), thumb_media_id: "t".into() },
        Kind::Location(spot()),
        Kind::Link { title: "t".into(), description: "d".into(), url: "http://u".into() },
        Kind::Unknown {
            name: "file".into(),
            fields: vec![("Title".into(), "a.pdf".into()), ("A/B".into(), "c".into())],
        },
    ]
}

fn acts() -> Vec<Event> {
    vec![
        Event::Subscribe(None),
        Event::Subscribe(Some(scene())),
        Event::Unsubscribe,
        Event::Scan(scene()),
        Event::Location { latitude: 23.1, longitude: -113.3, precision: 119.385_04 },
        Event::Click("hours".into()),
        Event::View { url: "https://a/?b=1&c".into(), menu_id: Some("9".into()) },
        Event::ViewMiniprogram { page: "pages/index".into(), menu_id: None },
        Event::ScanCode { waits: false, key: "k".into(), scan_type: "qrcode".into(), result: "1".into() },
        Event::ScanCode { waits: true, key: "k".into(), scan_type: "qrcode".into(), result: "2".into() },
        Event::Pictures { source: Photos::Camera, key: "k".into(), md5: vec!["a".into(), "b".into()] },
        Event::Pictures { source: Photos::CameraOrAlbum, key: "k".into(), md5: vec![] },
        Event::Pictures { source: Photos::Album, key: "k".into(), md5: vec!["a".into()] },
        Event::LocationSelect { key: "k".into(), spot: spot(), poi_name: "馆".into() },
    ]
}

fn reports() -> Vec<Event> {
    let choice = SubscribeChoice { template_id: "tpl".into(), accepted: true, popup_scene: Some(1) };
    vec![
        Event::MassSent(MassResult {
            msg_id: "1000001625".into(),
            status: "err(30003)".into(),
            total: 4,
            filtered: 3,
            sent: 2,
            failed: 1,
            check_state: Some(2),
            checks: vec![ArticleCheck {
                index: 1,
                audit: 2,
                original_url: "u".into(),
                can_reprint: true,
                ..Default::default()
            }],
            urls: vec![(1, "http://a".into()), (2, "http://b".into())],
        }),
        Event::TemplateSent { msg_id: "200163836".into(), status: "failed:user block".into() },
        Event::Published(PublishResult {
            publish_id: "2247503051".into(),
            status: 0,
            article_id: Some("a1".into()),
            urls: vec![(1, "u".into())],
            failed: vec![1, 2],
        }),
        Event::SubscribePopup(vec![choice.clone(), SubscribeChoice { accepted: false, ..choice.clone() }]),
        Event::SubscribeChange(vec![SubscribeChoice { accepted: false, popup_scene: None, ..choice }]),
        Event::SubscribeSent(vec![SubscribeSent {
            template_id: "t".into(),
            msg_id: "17".into(),
            error_code: 0,
            error_status: "success".into(),
        }]),
        Event::Personal {
            change: PersonalChange::Revoked,
            open_id: OPENID.into(),
            app_id: "wx1".into(),
            revoke_info: Some("201".into()),
        },
        Event::Verification(Verification::QualificationPassed(1)),
        Event::Verification(Verification::QualificationFailed(1, "r".into())),
        Event::Verification(Verification::NamingPassed(1)),
        Event::Verification(Verification::NamingFailed(1, "r".into())),
        Event::Verification(Verification::RenewalDue(1)),
        Event::Verification(Verification::Expired(1)),
        Event::Session(Session::Created("a@b".into())),
        Event::Session(Session::Closed("a@b".into())),
        Event::Session(Session::Switched("a@b".into(), "c@d".into())),
        Event::Unknown { name: "new_event".into(), fields: vec![("EventKey".into(), "k".into())] },
    ]
}

fn samples() -> Vec<Kind> {
    messages().into_iter().chain(acts().into_iter().chain(reports()).map(Kind::Event)).collect()
}

#[test]
fn every_kind_survives_writing_and_reading() {
    for kind in samples() {
        let id = if matches!(kind, Kind::Event(_)) { None } else { Some("9223372036854775808".to_owned()) };
        let message = Message { id, kind, ..text("") };
        assert_eq!(Message::parse(message.to_xml().as_bytes()).unwrap(), message);
    }
}

#[test]
fn text_of_the_reference_is_read() {
    let message = parse(
        "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[几点开门]]></Content><MsgId>1234567890123456</MsgId>",
    );
    assert_eq!(message.kind, Kind::Text { content: "几点开门".into(), menu_id: None });
    assert_eq!((message.from.as_str(), message.created), (OPENID, 1_348_831_860));
    assert_eq!(message.id.as_deref(), Some("1234567890123456"));
}

#[test]
fn message_under_an_article_keeps_its_origin() {
    let message =
        parse("<MsgType>text</MsgType><Content>1</Content><MsgId>1</MsgId><MsgDataId>22</MsgDataId><Idx>2</Idx>");
    assert_eq!(message.article, Some(ArticleOrigin { data_id: "22".into(), index: Some(2) }));
    assert_eq!(Message::parse(message.to_xml().as_bytes()).unwrap(), message);
}

#[test]
fn scenes_lose_their_prefix_only_on_following() {
    let ticket = "<Ticket>t</Ticket>";
    let scene = |value: &str| Scene { value: value.into(), ticket: "t".into() };
    assert_eq!(
        event("subscribe", &format!("<EventKey>qrscene_42</EventKey>{ticket}")),
        Event::Subscribe(Some(scene("42")))
    );
    assert_eq!(event("SCAN", &format!("<EventKey>qrscene_42</EventKey>{ticket}")), Event::Scan(scene("qrscene_42")));
    assert_eq!(event("subscribe", "<EventKey><![CDATA[]]></EventKey>"), Event::Subscribe(None));
    assert_eq!(event("subscribe", ""), Event::Subscribe(None));
    assert!(matches!(event("SUBSCRIBE", ""), Event::Unknown { .. }));
}

#[test]
fn old_name_of_publishing_is_read() {
    let info = "<PublishEventInfo><publish_id>1</publish_id><publish_status>0</publish_status></PublishEventInfo>";
    assert!(matches!(event("FREEPUBLISHJOBFINISH", info), Event::Published(_)));
    assert_eq!(event("PUBLISHJOBFINISH", info).name(), "PUBLISHJOBFINISH");
}

#[test]
fn json_form_of_subscription_events_with_one_or_many_items() {
    let body = |list| {
        json!({"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": "1627359464", "MsgType": "event",
            "Event": "subscribe_msg_popup_event", "List": list})
    };
    let item = json!({"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "0"});
    let choice = SubscribeChoice { template_id: "t1".into(), accepted: true, popup_scene: Some(0) };
    let one = Message::parse(body(item.clone()).to_string().as_bytes()).unwrap();
    assert_eq!(one.kind, Kind::Event(Event::SubscribePopup(vec![choice.clone()])));
    let many = Message::parse(body(json!([item, item])).to_string().as_bytes()).unwrap();
    assert_eq!(many.kind, Kind::Event(Event::SubscribePopup(vec![choice.clone(), choice])));
    let sent = json!({"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": 1, "MsgType": "event",
        "Event": "subscribe_msg_sent_event", "List": {"TemplateId": "t", "MsgID": "18446744073709551615", "ErrorCode": "43101", "ErrorStatus": "no"}});
    let Kind::Event(Event::SubscribeSent(list)) = Message::parse(sent.to_string().as_bytes()).unwrap().kind else {
        panic!()
    };
    assert_eq!((list[0].msg_id.as_str(), list[0].error_code), ("18446744073709551615", 43101));
}

#[test]
fn w08_w10_a_repeated_delivery_has_the_same_key() {
    assert_eq!(text("a").key("wx1"), text("a").key("wx1"));
    let follow = || parse("<MsgType>event</MsgType><Event>subscribe</Event>").key("wx1");
    assert_eq!(follow(), follow());
    let without_id = Message { id: None, ..text("a") };
    assert_eq!(without_id.key("wx1"), without_id.clone().key("wx1"));
}

#[test]
fn w11_two_events_of_one_second_have_two_keys() {
    let mut keys = std::collections::BTreeSet::new();
    let mut kinds = samples();
    kinds.push(Kind::Event(Event::Click("other".into())));
    kinds.push(Kind::Event(Event::TemplateSent { msg_id: "2".into(), status: "success".into() }));
    let events: Vec<_> = kinds.into_iter().filter(|kind| matches!(kind, Kind::Event(_))).collect();
    for kind in &events {
        keys.insert(Message { id: None, kind: kind.clone(), ..text("") }.key("wx1"));
    }
    assert_eq!(keys.len(), events.len());
    assert_ne!(text("a").key("wx1"), text("a").key("wx2"));
    assert_ne!(text("a").key("wx1"), Message { from: format!("{OPENID}2"), ..text("a") }.key("wx1"));
    assert_ne!(Message { id: None, ..text("a") }.key("wx1"), Message { id: None, ..text("b") }.key("wx1"));
}

#[test]
fn long_event_keys_make_short_unlike_keys() {
    let click = |key: String| Message { id: None, kind: Kind::Event(Event::Click(key)), ..text("") }.key("wx1");
    let (a, b) = (click("a".repeat(1024)), click(format!("{}b", "a".repeat(1023))));
    assert!(a.len() <= 191 && b.len() <= 191);
    assert_ne!(a, b);
}

#[test]
fn w12_message_ids_are_texts() {
    for id in ["0", "-1", "18446744073709551616", "abc"] {
        let message = parse(&format!("<MsgType>text</MsgType><Content>1</Content><MsgId>{id}</MsgId>"));
        assert_eq!(message.id.as_deref(), Some(id));
        assert!(message.key("wx1").ends_with(id));
    }
    assert_eq!(parse("<MsgType>text</MsgType><Content>1</Content><MsgId></MsgId>").id, None);
    let long = xml(&format!("<MsgType>text</MsgType><MsgId>{}</MsgId>", "1".repeat(65)));
    assert_eq!(Message::parse(long.as_bytes()), Err(MessageError::Element("MsgId")));
}

#[test]
fn w30_broken_encodings_never_panic() {
    let mut body = xml("<MsgType>text</MsgType><Content>@</Content><MsgId>1</MsgId>").into_bytes();
    let at = body.iter().position(|byte| *byte == b'@').unwrap();
    body.splice(at..=at, [0xff, 0xed, 0xa0, 0x80]);
    let Kind::Text { content, .. } = Message::parse(&body).unwrap().kind else { panic!() };
    assert!(content.chars().all(|character| character == '\u{fffd}') && !content.is_empty());
    let with_mark = format!("\u{feff}{}", xml("<MsgType>text</MsgType><Content>1</Content>"));
    assert!(Message::parse(with_mark.as_bytes()).is_ok());
    let wide: Vec<u8> = with_mark.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(Message::parse(&wide).is_err());
}

#[test]
fn w31_emoji_and_joined_characters_stay_whole() {
    let content = "👨‍👩‍👧‍👦🏳️‍🌈\u{202e}档案𠮷".repeat(20);
    let Kind::Text { content: read, .. } = Message::parse(text(&content).to_xml().as_bytes()).unwrap().kind else {
        panic!()
    };
    assert_eq!(read, content);
}

#[test]
fn w33_only_the_first_4096_characters_are_searched() {
    let message = text(&"档".repeat(80_000));
    let message = Message::parse(message.to_xml().as_bytes()).unwrap();
    assert_eq!(message.searched_text().unwrap().chars().count(), 4096);
    assert_eq!(text("短").searched_text(), Some("短"));
    let larger = text(&"档".repeat(350_000)).to_xml();
    assert_eq!(Message::parse(larger.as_bytes()), Err(MessageError::Xml(XmlError::TooLarge)));
}

#[test]
fn w34_names_of_senders_follow_a_pattern() {
    let long = "o".repeat(10_240);
    for from in
        [long.as_str(), "../../etc/passwd0000000000", "o' OR '1'='1' -- 00000000", "short", "o中文中文中文中文", ""]
    {
        let message = Message { from: from.into(), ..text("1") };
        assert_eq!(Message::parse(message.to_xml().as_bytes()), Err(MessageError::Element("FromUserName")), "{from}");
    }
    let of_account = Message {
        from: "mphelper".into(),
        id: None,
        kind: Kind::Event(Event::TemplateSent { msg_id: "1".into(), status: "success".into() }),
        ..text("")
    };
    assert_eq!(Message::parse(of_account.to_xml().as_bytes()).unwrap(), of_account);
}

#[test]
fn w35_invented_types_and_events_are_kept() {
    for number in 0..500 {
        let message = parse(&format!("<MsgType>type{number}</MsgType><A><B>1</B><B>2</B></A><C/><MsgId>5</MsgId>"));
        let fields = [("A/B", "1"), ("A/B", "2"), ("C", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(message.kind, Kind::Unknown { name: format!("type{number}"), fields: fields.to_vec() });
        assert!(matches!(event(&format!("event{number}"), "<EventKey>k</EventKey>"), Event::Unknown { .. }));
    }
    assert!(matches!(parse("<MsgType>location</MsgType><Location_X>north</Location_X>").kind, Kind::Unknown { .. }));
    assert!(matches!(event("LOCATION", "<Latitude>NaN</Latitude><Longitude>1</Longitude>"), Event::Unknown { .. }));
}

#[test]
fn missing_elements_are_named() {
    for (body, missing) in [
        ("<xml></xml>", "ToUserName"),
        ("<xml><ToUserName>gh_1</ToUserName></xml>", "FromUserName"),
        ("{}", "ToUserName"),
    ] {
        assert_eq!(Message::parse(body.as_bytes()), Err(MessageError::Element(missing)));
    }
    let no_time = xml("<MsgType>text</MsgType>").replace("1348831860", "soon");
    assert_eq!(Message::parse(no_time.as_bytes()), Err(MessageError::Element("CreateTime")));
    assert_eq!(Message::parse(xml("").as_bytes()), Err(MessageError::Element("MsgType")));
    let nested = "{\"a\":".repeat(100) + "1" + &"}".repeat(100);
    assert_eq!(Message::parse(nested.as_bytes()), Err(MessageError::Xml(XmlError::TooDeep)));
}

proptest! {
    #[test]
    fn reading_anything_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Message::parse(&bytes);
    }

    #[test]
    fn reading_broken_messages_never_panics(cut in 0usize..400, replace in "[<>&;!\\[\\]/a-z#x0-9 \"']{0,8}") {
        let body = xml("<MsgType>event</MsgType><Event>LOCATION</Event><Latitude>1</Latitude><Longitude>2</Longitude>");
        let cut = body.floor_char_boundary(cut.min(body.len()));
        let broken = format!("{}{replace}{}", &body[..cut], &body[(cut + 1).min(body.len())..]);
        let _ = Message::parse(broken.as_bytes());
        let _ = Message::parse(&broken.as_bytes()[..cut]);
    }

    #[test]
    fn any_text_comes_back_but_for_control_characters(content in any::<String>()) {
        let Kind::Text { content: read, .. } = Message::parse(text(&content).to_xml().as_bytes()).unwrap().kind else { panic!() };
        prop_assert_eq!(read, crate::xml::clean(content.into()));
    }
}
