//! 我的咨询 through the running demo: a reader asks on the site and in the chat, is answered by a person, and says how
//! it was; a stranger and another reader see nothing of it.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use acceptance::{Browser, Demo, Reader, StaffClient, field, first_link};
    use serde_json::{Value, json};
    use tempfile::TempDir;

    const ON_THE_SITE: &str = "请问 1962 年溪口水库的验收材料在哪个全宗？";

    /// A follower who asked for a person, in the browser that opened the link of the answer.
    async fn put_through(demo: &Demo, account: &str) -> (Reader, Browser, String) {
        let reader = Reader::follow(&demo.sandbox, account).await;
        let link = first_link(&reader.says("转人工").await);
        assert!(link.contains("questions"), "{link}");
        let mut browser = Browser::new(&demo.site);
        let page = browser.open(&link).await;
        assert_eq!(page.status, 200, "{}", page.body);
        (reader, browser, page.body)
    }

    async fn archivist(demo: &Demo, folder: &Path) -> StaffClient {
        StaffClient::sign_in(demo, folder, "archivist").await
    }

    /// The path of the one conversation that waits.
    async fn conversation(staff: &mut StaffClient) -> String {
        let waiting = staff.get("/api/v1/conversations?state=waiting").await;
        assert_eq!(waiting["total"], 1, "{waiting}");
        format!("/api/v1/conversations/{}", waiting["items"][0]["id"].as_str().unwrap())
    }

    async fn until<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> T {
        for _ in 0..400 {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it did not happen within ten seconds")
    }

    /// How often the chat holds some words.
    async fn heard(reader: &Reader, words: &str) -> usize {
        reader.heard().await.iter().filter(|said| said.contains(words)).count()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_question_on_the_site_is_answered_by_a_person_there_and_in_the_chat() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let (reader, mut browser, page) = put_through(&demo, "demo-sub").await;
        assert!(page.contains("等待答复") && !page.contains("还认不出您是谁"), "{page}");
        let (proof, key) = (field(&page, "proof"), field(&page, "key"));
        let fields = [("proof", proof.as_str()), ("key", key.as_str()), ("text", ON_THE_SITE)];
        let page = browser.submit("/questions", &fields).await.body;
        assert!(page.contains("收到了") && page.contains(ON_THE_SITE), "{page}");

        let mut staff = archivist(&demo, folder.path()).await;
        let path = conversation(&mut staff).await;
        let view = staff.get(&path).await;
        let said = view["messages"].as_array().unwrap().iter().find(|one| one["text"] == ON_THE_SITE).unwrap();
        assert_eq!((&said["from"], &said["from_site"]), (&json!("reader"), &json!(true)));
        staff.post(&format!("{path}/replies"), json!({ "key": "k1", "text": "在第七全宗，请到馆查阅。" })).await;
        until(|| async { (heard(&reader, "第七全宗").await > 0).then_some(()) }).await;
        let page = browser.open("/questions").await.body;
        assert!(page.contains("第七全宗") && page.contains("已经答复"), "{page}");

        // A stranger, and another reader, see nothing of it; nor does a form without proof write anything.
        let stranger = Browser::new(&demo.site).open("/questions").await.body;
        assert!(stranger.contains("还认不出您是谁") && !stranger.contains("第七全宗"), "{stranger}");
        let (_, mut other, page) = put_through(&demo, "demo-sub").await;
        assert!(!page.contains("第七全宗") && !page.contains(ON_THE_SITE), "{page}");
        let refused = browser.submit("/questions", &[("proof", "1.2"), ("text", "没有凭证")]).await;
        assert!(refused.status == 403 && refused.body.contains("没有凭证</textarea>"), "{}", refused.status);
        let (theirs, name) = (field(&page, "proof"), field(&browser.open("/questions").await.body, "of"));
        other.submit("/questions/end", &[("proof", &theirs), ("of", &name)]).await;
        let held = staff.get(&path).await;
        assert_eq!(held["conversation"]["state"], "mine", "nobody else ended it");
        assert!(!held["messages"].to_string().contains("没有凭证"), "{held}");

        // Closed while a window is open, the reader is asked once and answers by a number.
        staff.post(&format!("{path}/close"), json!({})).await;
        until(|| async { (heard(&reader, "您满意吗").await == 1).then_some(()) }).await;
        assert!(reader.says("1").await.contains("谢谢您的评价"));
        assert_eq!(staff.get(&path).await["conversation"]["satisfaction"], 5);
        let page = browser.open("/questions").await.body;
        assert!(page.contains("您的评价：满意") && !page.contains("name=\"rating\""), "{page}");
        staff.post(&format!("{path}/reopen"), json!({})).await;
        staff.post(&format!("{path}/close"), json!({})).await;
        assert!(!reader.says("1").await.contains("谢谢您的评价"), "an ordinary message again");
        assert_eq!(heard(&reader, "您满意吗").await, 1, "never asked twice");
        let figures = staff.get("/api/v1/consultation/figures?days=7").await;
        assert_eq!((figures["satisfaction"].as_f64(), &figures["rated"]), (Some(5.0), &json!(1)), "{figures}");
        assert_eq!(figures["days"].as_array().unwrap().last().unwrap()["satisfied"], 1, "{figures}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_reply_without_a_window_is_on_the_page_and_the_reader_who_ends_is_asked_there() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let (reader, mut browser, _) = put_through(&demo, "demo-sub").await;
        let mut staff = archivist(&demo, folder.path()).await;
        let path = conversation(&mut staff).await;
        // Two days later nobody may write first.
        demo.sandbox.post("/_sandbox/clock", &json!({"advance_seconds": 49 * 3600})).await;
        let mut staff = archivist(&demo, folder.path()).await;
        staff.post(&format!("{path}/replies"), json!({ "key": "k1", "text": "让您久等了。" })).await;
        let last = |view: Value| view["messages"].as_array().unwrap().last().unwrap().clone();
        until(|| {
            let (mut staff, path) = (staff.clone(), path.clone());
            async move { last(staff.get(&path).await)["told"].is_string().then_some(()) }
        })
        .await;
        let page = browser.open("/questions").await.body;
        assert!(page.contains("还认不出您是谁"), "the session is over: {page}");
        // The link that the chat gives by its name; the reply is not said in the chat by that.
        let link = first_link(&reader.says("我的咨询").await);
        let page = browser.open(&link).await.body;
        assert!(page.contains("让您久等了"), "{page}");
        let reply = last(staff.get(&path).await);
        assert_eq!(reply["state"], "sent", "{reply}");
        assert!(reply["told"].as_str().unwrap().contains("网站"), "{reply}");
        assert_eq!(heard(&reader, "让您久等了").await, 0);

        let (proof, name) = (field(&page, "proof"), field(&page, "of"));
        let page = browser.submit("/questions/end", &[("proof", &proof), ("of", &name)]).await.body;
        assert!(page.contains("这次咨询结束了") && page.contains("您满意吗"), "{page}");
        let (proof, name) = (field(&page, "proof"), field(&page, "of"));
        let rating = [("proof", proof.as_str()), ("of", name.as_str()), ("rating", "dissatisfied")];
        let page = browser.submit("/questions/rating", &rating).await.body;
        assert!(page.contains("谢谢您的评价") && page.contains("您的评价：不满意"), "{page}");
        assert_eq!(staff.get(&path).await["conversation"]["satisfaction"], 1);
        assert_eq!(heard(&reader, "您满意吗").await, 0, "nothing is asked in the chat of whoever ended it on the site");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_service_account_signs_its_reader_in_and_asks_whoever_ends_in_the_chat() {
        let folder = TempDir::new().unwrap();
        let demo = Demo::start(folder.path()).await;
        let reader = Reader::follow(&demo.sandbox, "demo").await;
        let link = first_link(&reader.says("转人工").await);
        assert!(link.contains("/enter/demo?to=%2Fquestions"), "{link}");
        let ended = reader.says("结束").await;
        assert!(ended.contains("已结束") && !ended.contains("满意"), "no person answered: {ended}");
        reader.says("转人工").await;
        let mut staff = archivist(&demo, folder.path()).await;
        let path = conversation(&mut staff).await;
        staff.post(&format!("{path}/replies"), json!({ "key": "k1", "text": "在的，请讲。" })).await;
        until(|| async { (heard(&reader, "在的，请讲").await > 0).then_some(()) }).await;
        let ended = reader.says("结束").await;
        assert!(ended.contains("已结束") && ended.contains("您满意吗"), "{ended}");
        assert!(reader.says("不满意").await.contains("抱歉"));
        assert_eq!(staff.get(&path).await["conversation"]["satisfaction"], 1);
    }
}
