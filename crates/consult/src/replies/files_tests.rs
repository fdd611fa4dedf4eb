//! Pictures, voice and films: through the real inbox, with WeChat's side of `media/get` played by a small server.

use std::sync::{Arc, Mutex};

use account::testing::OPENID;
use account::{AccountKind, Accounts, Clients};
use axum::Router;
use axum::extract::{Query, State as Told};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use kernel::jobs::{Happened, Worker};
use kernel::testing::both;
use kernel::{Actor, Blobs, Code, Db, Role, Scanner};
use tempfile::TempDir;
use wechat::message::{Event, Kind};

use super::tests::Talk;
use crate::conversation::{Message, Speaker, State};
use crate::store::{conversation, message};
use crate::{Cabinet, Fetching, FileKind, FileState, FilesDesk, Keeping, MediaType, SentFile};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nand so on";
const FILM: &[u8] = b"\0\0\0\x18ftypmp42";

/// What WeChat answers: by the media id, and nothing at all while it is down.
#[derive(Clone, Default)]
struct Wechat(Arc<Mutex<bool>>);

async fn media(Told(wechat): Told<Wechat>, Query(asked): Query<Vec<(String, String)>>) -> Response {
    let id = asked.into_iter().find(|(name, _)| name == "media_id").map(|(_, id)| id).unwrap();
    let json = |text: &str| ([(CONTENT_TYPE, "text/plain")], text.to_owned()).into_response();
    let (base, code) = id.split_once('|').unwrap_or((&id, ""));
    if *wechat.0.lock().unwrap() {
        return json("not now");
    }
    match base {
        "picture" => ([(CONTENT_TYPE, "application/x-msdownload")], PICTURE).into_response(),
        "voice" => ([(CONTENT_TYPE, "audio/amr")], &b"#!AMR\n"[..]).into_response(),
        "film" => json(&format!("{{\"video_url\":\"{code}/film\"}}")),
        "page" => ([(CONTENT_TYPE, "image/jpeg")], "<svg onload=alert(1)>").into_response(),
        "virus" => ([(CONTENT_TYPE, "image/png")], &b"\x89PNG\r\n\x1a\nEICAR"[..]).into_response(),
        _ => json("{\"errcode\":40007,\"errmsg\":\"invalid media_id\"}"),
    }
}

struct House {
    talk: Talk,
    wechat: Wechat,
    base: String,
    worker: Worker,
    desk: FilesDesk,
    folder: TempDir,
}

impl House {
    async fn new(db: Db) -> Self {
        let talk = Talk::new(db, AccountKind::Service).await;
        let ground = talk.stage.ground.clone();
        let wechat = Wechat::default();
        let token = async || axum::Json(serde_json::json!({"access_token": "token", "expires_in": 7200}));
        let routes = Router::new()
            .route("/cgi-bin/stable_token", post(token))
            .route("/cgi-bin/media/get", get(media))
            .route("/film", get(async || FILM))
            .with_state(wechat.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stopping = ground.tasks.stopping();
        ground.tasks.start(async move {
            axum::serve(listener, routes).with_graceful_shutdown(stopping).await.unwrap();
        });
        let written = format!(
            "kind = \"service\"\nverified = true\ncategory = \"government\"\npublish_right = true\n\
             original_id = \"gh_0123456789ab\"\napp_id = \"wx49f0ab532d5d035a\"\napp_secret = \"0123456789abcdef\"\n\
             token = \"token123\"\nmode = \"plain\"\ncallback_addresses = \"watch\"\napi_base = \"{base}\""
        );
        let accounts = Accounts::from_settings([("demo".to_owned(), toml::from_str(&written).unwrap())]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let cabinet = Cabinet::new(ground.clone(), Blobs::in_folder(folder.path()).unwrap());
        let script = "if grep -q EICAR; then echo 'stream: EICAR FOUND'; exit 1; fi";
        let fetching = Fetching {
            clients: Clients::new(&ground, &accounts).unwrap(),
            cabinet: cabinet.clone(),
            scanner: Scanner::new(["/bin/sh", "-c", script].map(str::to_owned).to_vec()),
            ground: ground.clone(),
        };
        let worker = crate::fetching(Worker::default(), &fetching);
        let keeping = Keeping { keep_days: 0, keep_files_days: 180 };
        let worker = crate::tidying(worker, &ground, keeping);
        Self { talk, wechat, base, worker, desk: FilesDesk::new(ground, cabinet), folder }
    }

    async fn send(&self, kind: Kind) -> String {
        self.talk.deliver(kind).await.unwrap_or_default()
    }

    /// Does everything that is due, and gives what happened.
    async fn work(&self) -> Vec<Happened> {
        let mut all = Vec::new();
        loop {
            match self.worker.run_one(&self.talk.stage.ground).await.unwrap() {
                Happened::Nothing => return all,
                happened => all.push(happened),
            }
        }
    }

    /// What readers said in the last conversation.
    async fn said(&self) -> Vec<Message> {
        let mut tx = self.talk.stage.ground.db.read().await.unwrap();
        let of = conversation::of(&mut tx, "demo", OPENID, 1).await.unwrap().remove(0);
        let all = message::of(&mut tx, of.id, None, 50).await.unwrap();
        all.into_iter().filter(|one| one.speaker == Speaker::Reader).collect()
    }

    async fn file(&self) -> SentFile {
        self.said().await.pop().unwrap().file.unwrap()
    }

    /// How many files lie in the cabinet.
    fn lying(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
        }
        count(self.folder.path())
    }

    async fn count(&self, text: &'static str) -> i64 {
        self.talk.stage.ground.db.read().await.unwrap().sql(text).one::<(i64,)>().await.unwrap().0
    }
}

fn picture(media_id: &str) -> Kind {
    Kind::Image { pic_url: String::new(), media_id: media_id.to_owned() }
}

#[tokio::test]
async fn a_picture_for_a_person_is_fetched_sealed_and_opened_by_those_who_answer() {
    both(|db| async {
        let house = House::new(db).await;
        house.talk.say("转人工").await;
        assert_eq!(house.send(picture("picture")).await, "", "people answer");
        assert_eq!(house.file().await.state, FileState::Coming);
        assert_eq!(house.work().await.len(), 1);
        let message = house.said().await.pop().unwrap();
        let file = message.file.clone().unwrap();
        assert_eq!((message.kind.as_str(), file.kind, file.state), ("image", FileKind::Image, FileState::Kept));
        assert_eq!(
            (file.media_type, file.media_id, file.bytes),
            (Some(MediaType::Png), None, Some(17)),
            "by its bytes"
        );
        let archivist = Actor::new("小王", vec![Role::Archivist]);
        let opened = house.desk.open(&archivist, message.conversation, message.id).await.unwrap();
        assert_eq!((opened.content.as_slice(), opened.media_type), (PICTURE, MediaType::Png));
        assert_eq!(opened.name, "读者图片-20261102-0900.png");
        assert_eq!(house.count("SELECT count(*) FROM audit WHERE action = 'consult.open-file'").await, 1);
        let auditor = Actor::new("小赵", vec![Role::Auditor]);
        let refused = house.desk.open(&auditor, message.conversation, message.id).await.unwrap_err();
        assert_eq!(refused.shown().code(), Code::Forbidden);
        // What lies in the cabinet is no picture.
        let lies = |bytes: &[u8]| !bytes.windows(4).any(|part| part == b"\x89PNG");
        let digest = file.digest.unwrap();
        assert!(lies(&Blobs::in_folder(house.folder.path()).unwrap().get(&digest).await.unwrap()));
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_to_the_account_is_kept_for_people_and_the_reader_is_told_how_to_reach_them() {
    both(|db| async {
        let house = House::new(db).await;
        let answer = house.send(picture("picture")).await;
        assert!(answer.contains("图片收到了") && answer.contains("回复“人工”"), "{answer}");
        let film = Kind::ShortVideo { media_id: format!("film|{}", house.base), thumb_media_id: String::new() };
        assert!(house.send(film).await.contains("视频收到了"));
        assert_eq!(house.work().await.len(), 2);
        let said = house.said().await;
        let kinds: Vec<_> = said.iter().map(|one| one.file.as_ref().unwrap().media_type.unwrap()).collect();
        assert_eq!(kinds, [MediaType::Png, MediaType::Mp4]);
        let mut tx = house.talk.stage.ground.db.read().await.unwrap();
        let of = conversation::one(&mut tx, said[0].conversation).await.unwrap().unwrap();
        assert_eq!((of.state, of.last_text.as_str()), (State::Bot, "〔视频〕"));
        drop(tx);
        house.talk.say("人工").await;
        assert_eq!(house.said().await.len(), 2, "a person sees what was sent before");
    })
    .await;
}

#[tokio::test]
async fn u19_u24_what_is_no_picture_or_is_infected_or_over_is_refused_with_a_reason() {
    both(|db| async {
        let house = House::new(db).await;
        house.talk.say("转人工").await;
        for (media_id, state, told) in [
            ("page", FileState::Refused, "不是能认得的图片"),
            ("voice", FileState::Refused, "不是能认得的图片"),
            ("virus", FileState::Refused, "病毒扫描发现 EICAR"),
            ("over", FileState::Gone, "只保留三天"),
        ] {
            house.send(picture(media_id)).await;
            house.work().await;
            let file = house.file().await;
            assert_eq!((file.state, file.media_id, file.digest), (state, None, None), "{media_id}");
            assert!(file.told.as_deref().unwrap().contains(told), "{media_id}: {:?}", file.told);
            let message = house.said().await.pop().unwrap();
            let actor = Actor::new("小王", vec![Role::Archivist]);
            let refused = house.desk.open(&actor, message.conversation, message.id).await.unwrap_err();
            assert_eq!(refused.shown().code(), Code::NotFound);
        }
        assert_eq!((house.lying(), house.count("SELECT count(*) FROM audit").await), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_fetched_now_is_tried_again_for_three_days() {
    both(|db| async {
        let house = House::new(db).await;
        house.talk.say("转人工").await;
        *house.wechat.0.lock().unwrap() = true;
        house.send(picture("picture")).await;
        assert!(matches!(house.work().await.as_slice(), [Happened::Again(..)]));
        assert_eq!(house.work().await, [], "not at once");
        house.talk.stage.hand.advance(30);
        assert!(matches!(house.work().await.as_slice(), [Happened::Again(..)]));
        *house.wechat.0.lock().unwrap() = false;
        house.talk.stage.hand.advance(60);
        house.work().await;
        assert_eq!(house.file().await.state, FileState::Kept);
        *house.wechat.0.lock().unwrap() = true;
        house.send(picture("picture")).await;
        house.talk.stage.hand.advance(3 * 86_400);
        house.work().await;
        assert_eq!(house.file().await.state, FileState::Gone);
    })
    .await;
}

#[tokio::test]
async fn files_leave_the_cabinet_with_their_time_and_with_their_reader() {
    both(|db| async {
        let house = House::new(db).await;
        house.talk.say("转人工").await;
        house.send(picture("picture")).await;
        house.send(picture("picture")).await;
        house.work().await;
        assert_eq!(house.lying(), 2, "the same picture lies there twice");
        house.talk.say("结束").await;
        let ground = &house.talk.stage.ground;
        house.talk.stage.hand.advance(179 * 86_400);
        crate::plan(ground).await.unwrap();
        house.work().await;
        assert_eq!(house.lying(), 2);
        house.talk.stage.hand.advance(2 * 86_400);
        house.work().await;
        let file = house.file().await;
        assert_eq!((house.lying(), file.state, file.digest), (0, FileState::Gone, None));
        assert_eq!(house.count("SELECT count(*) FROM audit WHERE object = 'consult/files'").await, 1);

        house.talk.say("转人工").await;
        house.send(picture("picture")).await;
        house.work().await;
        assert_eq!(house.lying(), 1);
        house.talk.deliver(Kind::Event(Event::Unsubscribe)).await;
        house.work().await;
        assert_eq!((house.lying(), house.count("SELECT count(*) FROM conversation_file").await), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_voice_is_answered_by_its_words_and_says_what_was_heard() {
    both(|db| async {
        let house = House::new(db).await;
        let voice = |words: &str| Kind::Voice {
            media_id: "voice".into(),
            format: "amr".into(),
            media_id_16k: None,
            recognition: Some(words.to_owned()).filter(|words| !words.is_empty()),
        };
        let answer = house.send(voice("开放时间")).await;
        assert!(answer.starts_with("听到您说：“开放时间”\n\n") && answer.contains("08:30"), "{answer}");
        let private = house.send(voice("查一下11010519491231002X的婚姻登记")).await;
        assert!(!private.contains("听到您说") && !private.contains("11010519491231002X"), "{private}");
        house.send(voice("青铜器拓片")).await;
        house.work().await;
        let said = house.said().await.pop().unwrap();
        let (kind, text, file) = (said.kind.as_str(), said.text.as_str(), said.file.unwrap());
        assert_eq!((kind, text, file.media_type), ("voice", "青铜器拓片", Some(MediaType::Amr)));
        house.talk.say("转人工").await;
        assert_eq!(house.send(voice("")).await, "");
        house.work().await;
        let said = house.said().await.pop().unwrap();
        assert_eq!((said.text.as_str(), said.file.unwrap().state), ("〔语音〕", FileState::Kept));
    })
    .await;
}
