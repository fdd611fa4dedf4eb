//! The library with a real cage, and WeChat's side of materials played by a small server.

use std::sync::{Arc, Mutex};

use account::{AccountKind, Accounts, Clients};
use axum::body::Bytes as Body;
use axum::extract::{Query, State};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use catalogue::originals::Gallery;
use catalogue::{Catalogue, Indexes};
use image::GenericImageView as _;
use kernel::cage::{Cage, Limits};
use kernel::testing::{both, ground, sqlite};
use kernel::{Actor, Blobs, Code, Db, Ground, Id, Role, Scanner, audit};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Described, Materials, Stock};
use crate::article::{Block, Picture};
use crate::import::Imported;
use crate::material::{self, Crop, Material, MaterialKind, MediaType, Shape, Source, samples};
use crate::store::material as store;

/// A scanner that knows one virus, the one everybody tests with.
const SCANNER: &str = "if grep -q EICAR-STANDARD-ANTIVIRUS; then echo 'stream: Eicar-Test FOUND'; exit 1; fi";

/// What WeChat was sent: the path and how many bytes.
#[derive(Clone, Default)]
struct Wechat(Arc<Mutex<Vec<(String, usize)>>>);

impl Wechat {
    fn heard(&self, path: &str, bytes: usize) -> usize {
        let mut heard = self.0.lock().unwrap();
        heard.push((path.to_owned(), bytes));
        heard.len()
    }

    fn paths(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }
}

async fn add(State(wechat): State<Wechat>, Query(query): Query<Vec<(String, String)>>, body: Body) -> Json<Value> {
    let kind = query.into_iter().find(|(name, _)| name == "type").unwrap().1;
    let number = wechat.heard(&format!("add {kind}"), body.len());
    Json(json!({ "media_id": format!("media-{number}"), "url": format!("https://mmbiz.qpic.cn/p{number}") }))
}

pub(in crate::desk) struct House {
    pub(in crate::desk) materials: Materials,
    wechat: Wechat,
    pub(in crate::desk) ground: Ground,
    _folder: TempDir,
}

fn editor() -> Actor {
    Actor::new("小陈", vec![Role::Editor])
}

impl House {
    pub(in crate::desk) async fn on(db: Db) -> Self {
        let (ground, _) = ground(db);
        let wechat = Wechat::default();
        let picture = async |State(wechat): State<Wechat>, body: Body| {
            let number = wechat.heard("uploadimg", body.len());
            Json(json!({ "url": format!("https://mmbiz.qpic.cn/{number}") }))
        };
        let gone = async || Json(json!({ "errcode": 40007, "errmsg": "invalid media_id" }));
        let list = async |body: Body| {
            let asked: Value = serde_json::from_slice(&body).unwrap();
            let item = json!({ "media_id": "media-1", "name": "a.png", "update_time": 1_793_581_200 });
            let other = json!({ "media_id": "elsewhere", "name": "b.png", "update_time": 1_793_581_200 });
            assert_eq!(asked["type"], "image");
            Json(json!({ "total_count": 2, "item_count": 2, "item": [item, other] }))
        };
        let token = async || Json(json!({ "access_token": "token", "expires_in": 7200 }));
        let routes = Router::new()
            .route("/cgi-bin/stable_token", post(token))
            .route("/cgi-bin/media/uploadimg", post(picture))
            .route("/cgi-bin/material/add_material", post(add))
            .route("/cgi-bin/material/get_material", post(gone))
            .route("/cgi-bin/material/batchget_material", post(list))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(wechat.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        ground.tasks.start(async move { axum::serve(listener, routes).await.unwrap() });
        let folder = tempfile::tempdir().unwrap();
        let indexes = Indexes::open(folder.path(), search::Ranking::default()).unwrap();
        let catalogue = Catalogue::new(ground.db.clone(), "435999", indexes.open_side());
        let sample: web::House = toml::from_str(include_str!("../../../../web/assets/sample-house.toml")).unwrap();
        let originals = Blobs::in_folder(&folder.path().join("files")).unwrap();
        let gallery = Gallery::new(catalogue.clone(), originals, sample.clone(), "https://a.example");
        let (account, _) = account::testing::account(AccountKind::Service, true);
        let settings = account::AccountSettings { api_base: base, ..account.settings.clone() };
        let accounts = Accounts::of([Arc::new(account::Account::new(settings).unwrap())]);
        let clients = Clients::new(&ground, &accounts).unwrap();
        let own = std::env::current_exe().unwrap();
        let program = own.parent().unwrap().parent().unwrap().join("examples/material_opener");
        let cage = Cage { program, arguments: Vec::new(), limits: Limits::default() };
        let scanner = Scanner::new(["/bin/sh", "-c", SCANNER].map(str::to_owned).to_vec());
        let stock = Stock { catalogue, gallery, house: sample.into(), clients };
        let blobs = Blobs::in_folder(&folder.path().join("materials")).unwrap();
        let materials = Materials::new(ground.clone(), blobs, (cage, scanner), stock);
        Self { materials, wechat, ground, _folder: folder }
    }

    async fn put(&self, name: &str, content: Vec<u8>) -> Id<Material> {
        self.materials.receive(&editor(), name, content.into()).await.unwrap().id
    }

    async fn refuses(&self, name: &str, content: Vec<u8>) -> String {
        let error = self.materials.receive(&editor(), name, content.into()).await.unwrap_err();
        assert_eq!(error.shown().code(), Code::FileRefused, "{error}");
        error.to_string()
    }
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut content = std::io::Cursor::new(Vec::new());
    samples::two_halves(width, height).write_to(&mut content, image::ImageFormat::Png).unwrap();
    content.into_inner()
}

#[tokio::test]
async fn a_file_comes_in_once_and_what_staff_do_is_in_the_log() {
    both(|db| async move {
        let house = House::on(db).await;
        let id = house.put("大堤 1954.jpg", samples::photograph()).await;
        let (material, uses) = house.materials.one(id).await.unwrap();
        assert_eq!((material.kind, material.title.as_str()), (MaterialKind::Image, "大堤 1954"));
        assert_eq!(uses, []);
        let (file, content) = house.materials.file(id).await.unwrap();
        assert_eq!((file.media_type, file.size), (MediaType::Jpeg, Some((20, 40))));
        assert!(!content.windows(4).any(|bytes| bytes == b"Exif"), "metadata is gone");
        assert!(house.materials.small(id).await.unwrap().starts_with(b"\xff\xd8"));
        let again = house.materials.receive(&editor(), "另一个名字.jpg", samples::photograph().into()).await.unwrap();
        assert_eq!((again.id, again.is_new), (id, false));
        assert_eq!(house.materials.all().await.unwrap().len(), 1);
        let mut tx = house.ground.db.read().await.unwrap();
        let lines = audit::read(&mut tx, &audit::Filter::default(), 10).await.unwrap();
        assert!(lines.iter().any(|line| line.action == "push.keep-material"), "{lines:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_taken_is_told_why_and_leaves_nothing() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db).await;
    assert!(house.refuses("a.svg", b"<svg onload=\"x()\"/>".to_vec()).await.contains("格式"));
    assert!(house.refuses("a.jpg", b"\xff\xd8\xff\xe0 and nothing".to_vec()).await.contains("损坏"));
    let virus = [&png(4, 4)[..], b"X5O!EICAR-STANDARD-ANTIVIRUS"].concat();
    assert!(house.refuses("a.png", virus).await.contains("病毒"));
    let frame = [&[0x3c][..], &[0; 31]].concat();
    let speech = |frames: usize| [b"#!AMR\n".to_vec(), frame.repeat(frames)].concat();
    assert!(house.refuses("a.amr", speech(3_001)).await.contains("60 秒"));
    house.put("a.amr", speech(3_000)).await;
    assert_eq!(house.materials.all().await.unwrap().len(), 1);
    let nobody = Actor::new("审计", vec![Role::Auditor]);
    let error = house.materials.receive(&nobody, "a.png", png(4, 4).into()).await.unwrap_err();
    assert_eq!(error.shown().code(), Code::Forbidden);
}

#[tokio::test]
async fn a_cover_is_cut_out_and_names_its_picture() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db).await;
    let id = house.put("大堤.png", png(1200, 800)).await;
    for (shape, kind) in
        [(Shape::Cover, MaterialKind::Image), (Shape::Square, MaterialKind::Image), (Shape::Thumb, MaterialKind::Thumb)]
    {
        let part = Crop { shape, left: 100, top: 50, width: 600 };
        let cut = house.materials.crop(&editor(), id, part).await.unwrap();
        let (material, _) = house.materials.one(cut.id).await.unwrap();
        assert_eq!((material.kind, material.parent), (kind, Some(id)));
        let (_, content) = house.materials.file(cut.id).await.unwrap();
        assert_eq!(image::load_from_memory(&content).unwrap().dimensions(), shape.size());
    }
    let outside = Crop { shape: Shape::Cover, left: 700, top: 0, width: 600 };
    let error = house.materials.crop(&editor(), id, outside).await.unwrap_err();
    assert_eq!(error.shown().code(), Code::BadRequest);
}

#[tokio::test]
async fn what_a_draft_shows_is_not_removed_and_says_where_it_is() {
    both(|db| async move {
        struct Draft;
        let house = House::on(db).await;
        let id = house.put("大堤.png", png(30, 20)).await;
        let draft: Id<Draft> = house.ground.ids.make();
        let use_it = async |ids: &[Id<Material>]| {
            let mut tx = house.ground.db.begin().await.unwrap();
            Materials::used_in(&mut tx, (draft, "一九五四年的水"), ids).await.unwrap();
            tx.commit().await.unwrap();
        };
        use_it(&[id, house.ground.ids.make()]).await;
        assert_eq!(house.materials.all().await.unwrap()[0].1, 1);
        let error = house.materials.remove(&editor(), id).await.unwrap_err();
        assert!(error.to_string().contains("《一九五四年的水》"), "{error}");
        house.materials.archive(&editor(), id, true).await.unwrap();
        assert!(house.materials.one(id).await.unwrap().0.archived);
        use_it(&[]).await;
        let (_, content) = house.materials.file(id).await.unwrap();
        let text = format!("![](<{}>)", material::address(id));
        let said = Described { title: "须知".into(), alternative: String::new(), text, tags: Vec::new() };
        let note = house.materials.add_text(&editor(), &said).await.unwrap();
        let error = house.materials.remove(&editor(), id).await.unwrap_err();
        assert!(error.to_string().contains("《须知》"), "{error}");
        house.materials.remove(&editor(), note).await.unwrap();
        house.materials.remove(&editor(), id).await.unwrap();
        assert_eq!(house.materials.one(id).await.unwrap_err().shown().code(), Code::NotFound);
        let digest = kernel::blobs::Digest::of(&content);
        assert!(house.materials.blobs.get(&digest).await.is_err(), "its file is gone as well");
    })
    .await;
}

#[tokio::test]
async fn what_is_said_of_a_material_must_fit() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db).await;
    let said = |title: &str, text: &str| Described {
        title: title.to_owned(),
        alternative: String::new(),
        text: text.to_owned(),
        tags: vec![" 防汛 ".to_owned(), "防汛".to_owned(), String::new()],
    };
    let id = house.materials.add_text(&editor(), &said("参观须知", "周一**闭馆**")).await.unwrap();
    let (material, _) = house.materials.one(id).await.unwrap();
    assert_eq!((material.text.as_str(), material.tags), ("周一**闭馆**\n", vec!["防汛".to_owned()]));
    for (title, text) in [("", "字"), (&*"长".repeat(61), "字"), ("题", " "), ("题", &*"字".repeat(20_001))] {
        let error = house.materials.describe(&editor(), id, &said(title, text)).await.unwrap_err();
        assert_eq!(error.shown().code(), Code::BadRequest);
    }
}

#[tokio::test]
async fn a_picture_goes_to_an_account_once_and_a_large_one_goes_smaller() {
    both(|db| async move {
        let house = House::on(db).await;
        let id = house.put("小.png", png(30, 20)).await;
        let first = house.materials.at_wechat("demo", id).await.unwrap();
        assert_eq!(house.materials.at_wechat("demo", id).await.unwrap(), first);
        assert_eq!(house.wechat.paths(), ["uploadimg"]);
        let noise = image::RgbImage::from_fn(1400, 1400, |x, y| {
            let mixed = x.wrapping_mul(2_654_435_761).rotate_left(y % 29) ^ y.wrapping_mul(40_503);
            image::Rgb([mixed.to_be_bytes()[0], mixed.to_be_bytes()[1], mixed.to_be_bytes()[2]])
        });
        let mut content = std::io::Cursor::new(Vec::new());
        noise.write_to(&mut content, image::ImageFormat::Png).unwrap();
        let large = house.put("大.png", content.into_inner()).await;
        house.materials.at_wechat("demo", large).await.unwrap();
        let sent = house.wechat.0.lock().unwrap().last().cloned().unwrap();
        assert!(sent.0 == "uploadimg" && sent.1 < (1 << 20) + 1024, "{sent:?}");
        let unknown = house.materials.at_wechat("nobody", id).await.unwrap_err();
        assert_eq!(unknown.shown().code(), Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn p26_a_page_whose_record_was_closed_is_not_sent_nor_is_a_part_of_it() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db).await;
    let id = house.put("页.png", png(1200, 800)).await;
    house.materials.at_wechat("demo", id).await.unwrap();
    // The same picture, as it were made from a page that nobody may see any longer.
    let mut page = house.materials.one(id).await.unwrap().0;
    page.id = house.ground.ids.make();
    page.source = Some(Source { record: "a".repeat(16), page: "b".repeat(16) });
    let mut tx = house.ground.db.begin().await.unwrap();
    store::insert(&mut tx, store::New { material: &page, came_as: None }).await.unwrap();
    tx.commit().await.unwrap();
    let part = Crop { shape: Shape::Cover, left: 0, top: 0, width: 900 };
    let cut = house.materials.crop(&editor(), page.id, part).await.unwrap().id;
    for id in [page.id, cut] {
        let error = house.materials.at_wechat("demo", id).await.unwrap_err();
        assert_eq!(error.shown().code(), Code::NotYet, "although WeChat has the picture: {error}");
        assert!(house.materials.permanent("demo", id).await.is_err());
        assert!(house.materials.upload(&editor(), "demo", id).await.is_err());
    }
    assert_eq!(house.wechat.paths(), ["uploadimg"]);
}

#[tokio::test]
async fn permanent_material_is_remembered_listed_and_sent_again_when_it_is_gone() {
    both(|db| async move {
        let house = House::on(db).await;
        let id = house.put("封面.png", png(30, 20)).await;
        let first = house.materials.permanent("demo", id).await.unwrap();
        assert_eq!(
            (first.as_str(), house.materials.permanent("demo", id).await.unwrap().as_str()),
            ("media-1", "media-1")
        );
        let (listed, total) = house.materials.at_account("demo", MaterialKind::Image, 1).await.unwrap();
        assert_eq!((listed.len(), total), (2, 2));
        assert_eq!((listed[0].material, listed[1].material), (Some(id), None));
        // WeChat says that it has it no longer.
        house.materials.upload(&editor(), "demo", id).await.unwrap();
        assert_eq!(house.wechat.paths(), ["add image", "add image"]);
        let fetched = house.materials.fetch(&editor(), "demo", ("elsewhere", "b.png")).await.unwrap_err();
        assert_eq!(fetched.shown().code(), Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_document_brings_its_pictures_into_the_library() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db).await;
    let picture = png(30, 20);
    let body = "<w:document><w:body><w:p><w:r><w:t>甲</w:t></w:r></w:p><w:p><w:r><w:drawing><a:blip r:embed=\"r1\"/>\
        </w:drawing></w:r></w:p><w:p><w:r><w:drawing><a:blip r:embed=\"r2\"/></w:drawing></w:r></w:p></w:body></w:document>";
    let rels = "<Relationships><Relationship Id=\"r1\" Target=\"media/1.png\"/><Relationship Id=\"r2\" \
        Target=\"media/2.emf\"/></Relationships>";
    let parts: [(&str, &[u8]); 4] = [
        ("word/document.xml", body.as_bytes()),
        ("word/_rels/document.xml.rels", rels.as_bytes()),
        ("word/media/1.png", &picture),
        ("word/media/2.emf", b"\x01\0\0\0 EMF"),
    ];
    let content: Bytes = crate::import::samples::package(&parts).into();
    let Imported { blocks, left_out } = house.materials.import(&editor(), "水情.docx", content).await.unwrap();
    let all = house.materials.all().await.unwrap();
    assert_eq!((all.len(), all[0].0.title.as_str()), (1, "水情（图 1）"));
    let address = material::address(all[0].0.id);
    let shown = Block::Picture(Picture { address, ..Picture::default() });
    assert_eq!((blocks.len(), &blocks[1]), (2, &shown));
    assert_eq!(left_out.told().len(), 1);
    let refused = house.materials.import(&editor(), "旧.doc", Bytes::from_static(b"\xd0\xcf\x11\xe0\0\0")).await;
    assert_eq!(refused.unwrap_err().shown().code(), Code::FileRefused);
}
