use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use axum::routing::get;
use kernel::testing::both;
use kernel::{Actor, Code, Role};

use super::*;
use crate::article::{Article, Block, Run};
use crate::desk::library::tests::House;
use crate::outside::{PATIENCE, Reach};
use crate::quality::ListName;
use crate::store::list;
use crate::{ListVersion, Quality};

const FEED: &str =
    "<rss><channel><item><title>桥头水库加固</title><link>https://a.example/1</link></item></channel></rss>";

fn editor() -> Actor {
    Actor::new("李编辑", vec![Role::Editor])
}

/// A server of feeds: what it says can be changed.
async fn feeds(house: &House) -> (String, Arc<Mutex<&'static str>>) {
    let says = Arc::new(Mutex::new(FEED));
    let feed = async |State(says): State<Arc<Mutex<&'static str>>>| {
        ([(CONTENT_TYPE, "application/rss+xml")], *says.lock().unwrap()).into_response()
    };
    let routes = Router::new().route("/rss", get(feed)).with_state(Arc::clone(&says));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    house.ground.tasks.start(async move { axum::serve(listener, routes).await.unwrap() });
    (base, says)
}

/// Puts a list in force that no editor could: its addresses are those of this machine.
async fn keep(ground: &Ground, number: i64, sources: Vec<Source>) {
    let mut tx = ground.db.begin().await.unwrap();
    let (changed_at, changed_by) = (ground.clock.now(), "李编辑".to_owned());
    let row = list::Row { number, content: ListPart::Sources(sources), changed_at, changed_by, taken_from: None };
    assert!(list::add(&mut tx, &row).await.unwrap());
    tx.commit().await.unwrap();
}

fn source(address: String, on: bool) -> Source {
    Source { name: "县政府网".to_owned(), address, on }
}

#[tokio::test]
async fn headlines_come_from_what_is_switched_on_and_what_fails_is_told_in_words() {
    both(async |db| {
        let house = House::on(db).await;
        let desk = Headlines::new(&house.materials, Outside::new(Reach::Loopback, PATIENCE));
        let (base, says) = feeds(&house).await;
        let address = format!("{base}/rss");
        keep(&house.ground, 1, vec![source(address.clone(), false)]).await;
        desk.fetch().await.unwrap();
        let gathered = desk.gathered(&editor()).await.unwrap();
        assert_eq!((gathered.sources[0].1.clone(), gathered.headlines.len()), (None, 0), "off");

        keep(&house.ground, 2, vec![source(address.clone(), true)]).await;
        desk.fetch().await.unwrap();
        let gathered = desk.gathered(&editor()).await.unwrap();
        let health = gathered.sources[0].1.clone().unwrap();
        assert_eq!((health.entries, health.fault), (1, None));
        assert_eq!(gathered.headlines[0].1.title, "桥头水库加固");

        *says.lock().unwrap() = "<html></html>";
        desk.fetch().await.unwrap();
        let gathered = desk.gathered(&editor()).await.unwrap();
        let health = gathered.sources[0].1.clone().unwrap();
        assert!(health.fault.unwrap().contains("订阅源"));
        assert_eq!((health.succeeded_at.is_some(), gathered.headlines.len()), (true, 1), "what came before stays");

        keep(&house.ground, 3, vec![source(address, false)]).await;
        desk.fetch().await.unwrap();
        assert_eq!(desk.gathered(&editor()).await.unwrap().headlines, [], "what is switched off is let go");
    })
    .await;
}

#[tokio::test]
async fn s09_only_staff_look_outside_and_it_is_in_the_log() {
    both(async |db| {
        let house = House::on(db).await;
        let outside = Outside::new(Reach::Loopback, PATIENCE);
        let desk = Headlines::new(&house.materials, outside.clone());
        let (base, _says) = feeds(&house).await;
        let catalogue = house.materials.stock.catalogue.clone();
        let quality = Quality::open(house.ground.clone(), catalogue, "https://a.example", &["/"]).await.unwrap();
        let run = |note: &str| Run { text: "这里".to_owned(), note: Some(note.to_owned()), ..Run::default() };
        let notes =
            [format!("{base}/rss"), format!("{base}/gone"), "https://a.example/".to_owned(), "见卷三".to_owned()];
        let article = Article {
            blocks: vec![Block::Text { runs: notes.iter().map(|note| run(note)).collect() }],
            ..Article::default()
        };

        let nobody = Actor::new("访客", Vec::new());
        for refused in [
            desk.ask(&nobody).await.unwrap_err(),
            quality.open_links(&nobody, &article, &outside).await.unwrap_err(),
            quality.keep_list(&nobody, ListPart::Sources(Vec::new()), 0).await.unwrap_err(),
        ] {
            assert_eq!(refused.shown().code(), Code::Forbidden, "{refused}");
        }
        desk.ask(&editor()).await.unwrap();
        let links = quality.open_links(&editor(), &article, &outside).await.unwrap();
        // A page of the house and an explanation are not opened.
        let told: Vec<(bool, &str)> = links.iter().map(|link| (link.wrong, link.address.as_str())).collect();
        assert_eq!(told, [(false, notes[0].as_str()), (true, notes[1].as_str())]);
        let inside = source("http://10.0.0.1/rss".to_owned(), true);
        let error = quality.keep_list(&editor(), ListPart::Sources(vec![inside]), 0).await.unwrap_err();
        assert!(error.to_string().contains("不是公开的网站"), "{error}");
        let outer = source("https://www.example.cn/rss".to_owned(), false);
        quality.keep_list(&editor(), ListPart::Sources(vec![outer.clone()]), 0).await.unwrap();
        let lists = quality.lists(&editor()).await.unwrap();
        let kept = |list: &&ListVersion| list.content.name() == ListName::Sources;
        assert_eq!(lists.iter().find(kept).unwrap().content, ListPart::Sources(vec![outer]));
        let mut tx = house.ground.db.read().await.unwrap();
        let acts: Vec<(String,)> = tx.sql("SELECT action FROM audit ORDER BY sequence").all().await.unwrap();
        let acts: Vec<&str> = acts.iter().map(|(act,)| act.as_str()).collect();
        for act in ["push.fetch-headlines", "push.open-links", "push.keep-list"] {
            assert!(acts.contains(&act), "{acts:?}");
        }
    })
    .await;
}
