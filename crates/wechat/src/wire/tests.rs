use serde_json::json;

use super::custom::{CustomContent, CustomMessage, CustomText};
use super::menu::MenuAnswer;
use super::user::{OpenidPage, User};
use super::{Outcome, token::TokenAnswer};
use crate::errcode::Errcode;

#[test]
fn numbers_and_texts_are_mixed() {
    let outcome: Outcome = serde_json::from_value(json!({"errcode": "40001", "errmsg": "x"})).unwrap();
    assert_eq!(outcome.errcode, 40001);
    let token: TokenAnswer = serde_json::from_value(json!({"access_token": "t", "expires_in": "7200"})).unwrap();
    assert_eq!(token.expires_in, 7200);
    let user: User = serde_json::from_value(
        json!({"subscribe": "1", "openid": "o", "tagid_list": [2, "100"], "qr_scene_str": 7, "subscribe_time": ""}),
    )
    .unwrap();
    assert_eq!((user.subscribe, user.tagid_list), (1, vec![2, 100]));
    assert_eq!((user.qr_scene_str.as_deref(), user.subscribe_time), (Some("7"), None));
}

#[test]
fn empty_page_of_followers_has_no_data() {
    let page: OpenidPage = serde_json::from_value(json!({"total": 0, "count": 0, "next_openid": ""})).unwrap();
    assert_eq!(page.data, None);
}

#[test]
fn menu_reads_numbers_as_ids_and_leaves_with_empty_sub_buttons() {
    let answer: MenuAnswer = serde_json::from_value(json!({
        "menu": {"button": [{"type": "click", "name": "查档", "key": "find", "sub_button": []}], "menuid": 208_396_938},
        "conditionalmenu": [{"button": [], "matchrule": {"tag_id": 2}, "menuid": 208_396_993}],
    }))
    .unwrap();
    assert_eq!(answer.menu.menuid.as_deref(), Some("208396938"));
    assert_eq!(answer.conditionalmenu[0].matchrule.tag_id.as_deref(), Some("2"));
}

#[test]
fn custom_message_has_its_branch_beside_the_type_and_stays_raw() {
    let message = CustomMessage {
        touser: "o1".into(),
        content: CustomContent::Text { text: CustomText { content: "档案<a href=\"x?a=1&b=2\">\n".into() } },
        customservice: None,
    };
    let written = serde_json::to_string(&message).unwrap();
    assert_eq!(
        written,
        "{\"touser\":\"o1\",\"msgtype\":\"text\",\"text\":{\"content\":\"档案<a href=\\\"x?a=1&b=2\\\">\\n\"}}"
    );
    assert_eq!(serde_json::from_str::<CustomMessage>(&written).unwrap(), message);
    for kind in ["mpnewsarticle", "msgmenu", "miniprogrampage"] {
        let error = serde_json::from_value::<CustomMessage>(json!({"touser": "o", "msgtype": kind})).unwrap_err();
        assert!(error.to_string().contains(kind), "{error}");
    }
}

#[test]
fn outcome_carries_the_request_id() {
    let outcome = Outcome::of(Errcode::UNAUTHORISED, "6123abcd-01234567-89abcdef");
    assert_eq!(outcome.errmsg, "api unauthorized rid: 6123abcd-01234567-89abcdef");
    assert_eq!(serde_json::to_string(&Outcome::ok()).unwrap(), "{\"errcode\":0,\"errmsg\":\"ok\"}");
}
