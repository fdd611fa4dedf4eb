use wechat::client::{Download, Error, Material};
use wechat::errcode::Errcode;
use wechat::wire::material::FilmWords;

use super::*;

#[tokio::test]
async fn material_is_kept_listed_fetched_and_deleted() {
    let desk = Desk::of(Kind::Subscription).await;
    let client = &desk.client;
    let picture = client.add_material(MediaKind::Image, "馆舍.png", "image/png", b"\x89PNG").await.unwrap();
    assert!(picture.url.ends_with(&format!("/_media/{}", picture.media_id)));
    let voice = client.add_material(MediaKind::Voice, "a.mp3", "audio/mpeg", b"ID3").await.unwrap();
    assert_eq!(voice.url, "");
    let cover = client.add_material(MediaKind::Thumb, "a.jpg", "image/jpeg", b"\xff\xd8").await.unwrap();
    let words = FilmWords { title: "馆史".into(), introduction: "三分钟".into() };
    let film = client.add_film(&words, "a.mp4", b"ftyp").await.unwrap();
    let count = client.count_materials().await.unwrap();
    assert_eq!((count.image_count, count.voice_count, count.video_count), (2, 1, 1), "covers are pictures");
    let list = client.materials(MediaKind::Image, 0, 20).await.unwrap();
    assert_eq!((list.total_count, list.item_count), (2, 2));
    assert!(list.item.iter().any(|item| item.name == "馆舍.png" && item.media_id == picture.media_id));
    assert_eq!(client.materials(MediaKind::Image, 1, 1).await.unwrap().item.len(), 1);
    desk.live.advance(30 * 86_400).await;
    let Material::File(Download::File { bytes, content_type, .. }) = client.material(&picture.media_id).await.unwrap()
    else {
        panic!("no file")
    };
    assert_eq!((bytes.as_slice(), content_type.as_str()), (&b"\x89PNG"[..], "image/png"), "it stays");
    let Material::Film { words: told, url } = client.material(&film.media_id).await.unwrap() else { panic!("no film") };
    assert_eq!(told, words);
    assert_eq!(client.film(&url).await.unwrap(), b"ftyp");
    client.delete_material(&cover.media_id).await.unwrap();
    assert_eq!(client.material(&cover.media_id).await.unwrap_err().code(), Some(Errcode(40007)));
    assert_eq!(client.delete_material(&cover.media_id).await.unwrap_err().code(), Some(Errcode(40007)));
    let button = json!({"button": [{"type": "media_id", "name": "馆舍", "media_id": picture.media_id}]});
    desk.live.sandbox.change(|world, _| {
        world.accounts.get_mut("a").unwrap().menus.default = crate::menu::buttons_of(&button);
    });
    assert_eq!(client.delete_material(&picture.media_id).await.unwrap_err().code(), Some(Errcode(48005)));
}

#[tokio::test]
async fn uploads_keep_their_limits() {
    let desk = Desk::of(Kind::Subscription).await;
    let client = &desk.client;
    let code = |outcome: Result<_, Error>| outcome.unwrap_err().code().map(|code| code.0);
    let add = async |kind, name: &str, bytes: &[u8]| client.add_material(kind, name, "image/png", bytes).await;
    assert_eq!(code(add(MediaKind::Image, "a.webp", b"x").await), Some(40113));
    assert_eq!(code(add(MediaKind::Thumb, "a.png", b"x").await), Some(40113));
    let minute = [&b"#!AMR\n"[..], &[0x7c; 3050]].concat();
    assert_eq!(code(add(MediaKind::Voice, "a.amr", &minute).await), Some(45007));
    for (kind, name, bytes) in [(MediaKind::Image, "a.png", 0), (MediaKind::Image, "a.png", (10 << 20) + 1)] {
        assert!(matches!(add(kind, name, &vec![0; bytes]).await, Err(Error::Argument(_))), "not even sent");
    }
    let picture = async |name: &str| client.upload_picture(name, "image/png", b"x").await;
    assert_eq!(picture("a.gif").await.unwrap_err().code(), Some(Errcode(40137)));
    let url = picture("a.jpg").await.unwrap();
    let served = desk.live.sandbox.inner.http.get(url).send().await.unwrap();
    assert_eq!(served.headers()["content-type"], "image/jpeg");
    assert_eq!(client.count_materials().await.unwrap().image_count, 0, "pictures of articles are not counted");
}

#[tokio::test]
async fn drafts_are_filtered_and_keep_their_limits() {
    let desk = Desk::of(Kind::Subscription).await;
    let client = &desk.client;
    let own = client.upload_picture("a.png", "image/png", b"x").await.unwrap();
    let content = format!(
        "<p onclick=\"a()\">一页<img src=\"{own}\"><img src=\"https://archive.example/a.jpg\"><script>b</script></p>"
    );
    let article = Article { title: "馆藏".into(), content, thumb_media_id: desk.cover().await, ..Article::default() };
    let id = client.add_draft(&[article.clone(), article.clone()]).await.unwrap();
    let kept = client.draft(&id).await.unwrap();
    assert_eq!(kept.news_item.len(), 2);
    assert_eq!(kept.news_item[0].content, format!("<p>一页<img src=\"{own}\"></p>"));
    assert_eq!(kept.news_item[0].digest, "一页", "made from the text");
    assert!(kept.news_item[0].thumb_url.contains("/_media/"));
    let preview = desk.live.sandbox.inner.http.get(&kept.news_item[1].url).send().await.unwrap();
    assert!(preview.text().await.unwrap().contains("馆藏"), "a draft can be looked at");
    let changed = Article { title: "改".into(), need_open_comment: true, ..article.clone() };
    client.update_draft(&id, 1, &changed).await.unwrap();
    let second = &client.draft(&id).await.unwrap().news_item[1];
    assert!(second.title == "改" && second.need_open_comment);
    assert_eq!(client.update_draft(&id, 2, &changed).await.unwrap_err().code(), Some(Errcode(40114)));
    let refused = async |article: Article| client.add_draft(&[article]).await.unwrap_err();
    let temporary = client.upload_media(MediaKind::Image, "a.png", "image/png", b"x").await.unwrap().media_id;
    let with_temporary = Article { thumb_media_id: temporary, ..article.clone() };
    assert_eq!(refused(with_temporary).await.code(), Some(Errcode(40007)), "the cover must be permanent");
    let crop = Article { pic_crop_1_1: "0_0_2_1".into(), ..article.clone() };
    assert_eq!(refused(crop).await.code(), Some(Errcode(53403)));
    let empty = Article { content: "<script>a</script>".into(), ..article.clone() };
    assert_eq!(refused(empty).await.code(), Some(Errcode(45166)));
    let long = Article { title: "长".repeat(33), ..article.clone() };
    assert!(matches!(refused(long.clone()).await, Error::Argument(_)), "not even sent");
    let token = desk.live.token("a").await;
    let body = json!({"articles": [long]});
    let raw = desk.live.post(&format!("/cgi-bin/draft/add?access_token={token}"), &body).await;
    assert_eq!(raw["errcode"], 45003);
    let none = desk.live.post(&format!("/cgi-bin/draft/add?access_token={token}"), &json!({"articles": []})).await;
    assert_eq!(none["errcode"], 44003);
    let other = desk.draft(&["乙"]).await;
    assert_eq!(client.count_drafts().await.unwrap(), 2);
    let list = client.drafts(0, 20, false).await.unwrap();
    assert_eq!((list.total_count, list.item[0].media_id.as_str()), (2, other.as_str()), "newest first");
    assert_eq!(list.item[1].content.news_item[0].content, "");
    let look = async |url: &str| desk.live.sandbox.inner.http.get(url).send().await.unwrap().status();
    let url = client.draft(&other).await.unwrap().news_item[0].url.clone();
    assert_eq!(look(&url).await, 200);
    client.delete_draft(&other).await.unwrap();
    assert_eq!(look(&url).await, 404);
    assert_eq!(client.draft(&other).await.unwrap_err().code(), Some(Errcode(40007)));
}

#[tokio::test]
async fn a_draft_is_published_read_and_deleted() {
    let desk = Desk::of(Kind::Subscription).await;
    let client = &desk.client;
    let draft = desk.draft(&["甲", "乙"]).await;
    let ticket = client.publish(&draft).await.unwrap();
    assert!(ticket.msg_data_id.is_some());
    assert_eq!(client.publish_state(&ticket.publish_id).await.unwrap().publish_status, 1);
    assert_eq!(client.publish(&draft).await.unwrap_err().code(), Some(Errcode(53501)));
    desk.live.advance(2).await;
    let state = client.publish_state(&ticket.publish_id).await.unwrap();
    let article = state.article_id.unwrap();
    assert_eq!((state.publish_status, state.article_detail.unwrap().item.len()), (0, 2));
    let [Event::Published(told)] = &desk.heard(1).await[..] else { panic!("no event") };
    assert_eq!((&told.publish_id, told.status, &told.article_id), (&ticket.publish_id, 0, &Some(article.clone())));
    assert_eq!(told.urls.len(), 2);
    assert_eq!(client.draft(&draft).await.unwrap_err().code(), Some(Errcode(40007)), "the draft is used up");
    assert_eq!(client.published(&article).await.unwrap()[1].title, "乙");
    assert_eq!(client.publications(0, 20, true).await.unwrap().item[0].article_id, article);
    let read = async |url: &str| desk.live.sandbox.inner.http.get(url).send().await.unwrap();
    assert!(read(&told.urls[0].1).await.text().await.unwrap().contains("正文"));
    client.delete_published(&article, Some(1)).await.unwrap();
    assert_eq!(read(&told.urls[0].1).await.status(), 404);
    assert_eq!(read(&told.urls[1].1).await.status(), 200);
    assert_eq!(client.published(&article).await.unwrap()[0].is_deleted, Some(true));
    client.delete_published(&article, None).await.unwrap();
    assert_eq!(client.publish_state(&ticket.publish_id).await.unwrap().publish_status, 5);
    assert_eq!(client.publications(0, 20, true).await.unwrap().total_count, 0);
    assert_eq!(client.published("none").await.unwrap_err().code(), Some(Errcode(53600)));
    desk.fault(json!({"name": "publish_4"})).await;
    let ticket = client.publish(&desk.draft(&["丙"]).await).await.unwrap();
    desk.live.advance(2).await;
    let state = client.publish_state(&ticket.publish_id).await.unwrap();
    assert_eq!((state.publish_status, state.fail_idx, state.article_id), (4, vec![1], None));
}
