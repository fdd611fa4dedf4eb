//! Originals from the file to the reader, in a small house with a real cage.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage};
use kernel::cage::{Cage, Frames, Limits};
use kernel::testing::{both, sqlite};
use kernel::{Actor, Blobs, Db, Role, Scanner};
use std::io::Write as _;
use tempfile::TempDir;
use tower::ServiceExt as _;
use web::Shell;

use super::caged::{Orders, Said, examine};
use super::sound::tests::{film, silence};
use super::*;
use crate::access::Statuses;
use crate::record::tests::item;
use crate::testing::{House, INSTITUTION};
use crate::{Classification, Disclosure, Livelihood, Openness, PublicId, Restriction};

/// A scanner that knows one virus, the one everybody tests with.
const SCANNER: &str = "if grep -q EICAR-STANDARD-ANTIVIRUS; then echo 'stream: Eicar-Test FOUND'; exit 1; fi";

const CODE: &str = "X001-WS·2001·Y-0001";

/// A page of 1100 by 700: white, a grey frame.
fn page() -> RgbImage {
    RgbImage::from_fn(1100, 700, |x, y| if x < 40 || y < 40 { Rgb([90, 90, 90]) } else { Rgb([250, 248, 240]) })
}

fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 90).encode_image(image).unwrap();
    out
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A segment put behind the start of a JPEG.
fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, content, &jpeg[2..]].concat()
}

fn tiff(pages: &[GrayImage]) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut out).unwrap();
    for page in pages {
        encoder.write_image::<tiff::encoder::colortype::Gray8>(page.width(), page.height(), page.as_raw()).unwrap();
    }
    out.into_inner()
}

/// A PNG that says it is this large and holds nothing.
fn boastful_png(side: u32) -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let body = [&name[..], content].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&body);
        [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], &body, &sum.sum().to_be_bytes()].concat()
    };
    let edge = side.to_be_bytes();
    let header = [&edge[..], &edge, &[1, 0, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", &[]), chunk(b"IEND", &[])].concat()
}

struct Heard {
    kind: Option<Kind>,
    findings: Vec<Finding>,
    pages: Vec<(u32, u32)>,
    tiles: Vec<Vec<u8>>,
}

impl Heard {
    fn verdict(&self) -> Verdict {
        self.findings.iter().map(|one| one.verdict).max().unwrap()
    }

    fn says(&self, text: &str) -> bool {
        self.findings.iter().any(|one| one.found.contains(text))
    }
}

/// What the child says of a file, without its cage.
fn heard(content: &[u8], extension: &str) -> Heard {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    let mut out = Vec::new();
    let mut frames = Frames::new(&mut out);
    let orders = Orders { extension: extension.to_owned(), mark: format!("{INSTITUTION} {CODE}") };
    examine(file, &orders, &mut frames).unwrap();
    frames.finish().unwrap();
    let mut heard = Heard { kind: None, findings: Vec::new(), pages: Vec::new(), tiles: Vec::new() };
    let mut rest = out.as_slice();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (frame, after) = after.split_at(usize::try_from(u32::from_be_bytes(*length)).unwrap());
        rest = after;
        match serde_json::from_slice::<Said>(frame) {
            Ok(Said::Finding(finding)) => heard.findings.push(finding),
            Ok(Said::Page(levels)) => heard.pages.push((levels[0].width, levels[0].height)),
            Ok(Said::End(kind)) => heard.kind = kind,
            Err(_) => heard.tiles.push(frame.to_vec()),
        }
    }
    heard
}

#[test]
fn u15_a_page_is_refused_by_its_header_before_it_is_decoded() {
    let heard = heard(&boastful_png(60_000), "png");
    assert_eq!((heard.kind, heard.verdict()), (Some(Kind::Png), Verdict::Failed));
    assert!(heard.says("60000×60000 像素，超过 4000 万像素") && heard.tiles.is_empty(), "{:?}", heard.findings);
}

#[test]
fn u17_no_metadata_reaches_the_public_copy() {
    let secret = b"GPS-SECRET-PLACE";
    let exif = [b"Exif\0\0".as_slice(), b"MM\0*\0\0\0\x08\0\0", secret].concat();
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), secret].concat();
    let mut content = with_segment(&jpeg(&page()), 0xe1, &exif);
    for (marker, segment) in
        [(0xe1, xmp), (0xed, [b"Photoshop 3.0\0", secret.as_slice()].concat()), (0xfe, secret.to_vec())]
    {
        content = with_segment(&content, marker, &segment);
    }
    let heard = heard(&content, "jpg");
    assert_eq!((heard.verdict(), heard.pages.as_slice(), heard.tiles.len()), (Verdict::Passed, &[(1100, 700)][..], 9));
    for tile in &heard.tiles {
        for mark in [secret.as_slice(), b"Exif", b"xap", b"Photoshop"] {
            assert!(!tile.windows(mark.len()).any(|bytes| bytes == mark));
        }
    }
}

#[test]
fn u18_a_page_lies_as_its_orientation_says_and_a_wrong_one_is_ignored() {
    let exif = |orientation: u8| {
        let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
        [b"Exif\0\0MM\0*\0\0\0\x08\0\x01".as_slice(), &entry, &[0; 4]].concat()
    };
    for (orientation, size) in [(1, (1100, 700)), (6, (700, 1100)), (9, (1100, 700))] {
        let heard = heard(&with_segment(&jpeg(&page()), 0xe1, &exif(orientation)), "jpg");
        assert_eq!((heard.verdict(), heard.pages[0]), (Verdict::Passed, size), "{orientation}");
    }
}

#[test]
fn u18_what_is_cut_off_or_bears_a_broken_profile_breaks_nothing() {
    let whole = jpeg(&page());
    let cut = heard(&whole[..whole.len() / 2], "jpg");
    assert!(cut.verdict() == Verdict::Failed && cut.says("缺少结尾") && cut.tiles.is_empty());
    let profile = [b"ICC_PROFILE\0\x01\x01".as_slice(), &[7; 2000]].concat();
    assert_eq!(heard(&with_segment(&whole, 0xe2, &profile), "jpg").verdict(), Verdict::Passed);
    let png = encoded(&DynamicImage::ImageRgb8(page()), ImageFormat::Png);
    assert_eq!(heard(&png[..png.len() - 20], "png").verdict(), Verdict::Failed);
}

#[test]
fn pages_of_every_kind_become_plain_tiles() {
    let grey = DynamicImage::ImageLuma16(image::ImageBuffer::from_pixel(300, 200, Luma([40_000_u16])));
    let clear = DynamicImage::ImageRgba8(image::ImageBuffer::from_pixel(30, 20, image::Rgba([9, 9, 9, 0])));
    for (content, extension, size) in [
        (encoded(&grey, ImageFormat::Png), "png", (300, 200)),
        (encoded(&clear, ImageFormat::Png), "png", (30, 20)),
        (encoded(&DynamicImage::ImageRgb8(page()), ImageFormat::Tiff), "tiff", (1100, 700)),
    ] {
        let heard = heard(&content, extension);
        assert_eq!((heard.verdict(), heard.pages[0]), (Verdict::Passed, size), "{:?}", heard.findings);
        let first = image::load_from_memory_with_format(&heard.tiles[0], ImageFormat::Jpeg).unwrap().into_rgb8();
        assert!(first.get_pixel(0, 0).0[0] > 80, "what is transparent becomes white");
    }
}

#[test]
fn every_page_of_a_tiff_is_taken_and_a_chain_that_bites_its_tail_ends() {
    let pages: Vec<GrayImage> = (1..=3).map(|n| GrayImage::from_pixel(100 * n, 50, Luma([200]))).collect();
    let content = tiff(&pages);
    let all = heard(&content, "tif");
    assert_eq!(all.pages, [(100, 50), (200, 50), (300, 50)]);
    assert!(all.says("3 页"), "{:?}", all.findings);
    let cut = heard(&content[..content.len() / 2], "tif");
    assert_eq!(cut.verdict(), Verdict::Failed);
}

#[test]
fn u19_u20_what_is_not_taken_is_told_in_a_sentence() {
    for (content, extension, told) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..], "svg", "不是可以挂接的格式"),
        (b"<html><script>alert(1)</script>", "jpg", "不是可以挂接的格式"),
        (b"GIF89a/*", "gif", "不是可以挂接的格式"),
        (b"MZ\x90\0", "exe", "不是可以挂接的格式"),
    ] {
        let heard = heard(content, extension);
        assert!(heard.kind.is_none() && heard.verdict() == Verdict::Failed && heard.says(told), "{extension}");
    }
    let renamed = heard(&jpeg(&page()), "png");
    assert!(renamed.verdict() == Verdict::Failed && renamed.says("扩展名是 png，内容是 JPEG"));
}

#[test]
fn u22_a_pdf_that_acts_is_suspect_and_a_locked_one_is_refused() {
    let pdf = |inside: &str| format!("%PDF-1.7\n1 0 obj<</Type/Page {inside}>>endobj\nstartxref\n9\n%%EOF\n");
    assert_eq!(heard(pdf("").as_bytes(), "pdf").verdict(), Verdict::Passed);
    let acting = heard(pdf("/OpenAction<</S/JavaScript/JS(app.alert(1))>>").as_bytes(), "pdf");
    assert!(acting.verdict() == Verdict::Suspect && acting.says("JavaScript"));
    assert_eq!(heard(pdf("/Encrypt 5 0 R").as_bytes(), "pdf").verdict(), Verdict::Failed);
    assert_eq!(heard(b"%PDF-1.7\n1 0 obj", "pdf").verdict(), Verdict::Failed);
}

/// A house with a desk, and its public side.
struct Room {
    house: House,
    desk: Desk,
    app: Router,
    _files: TempDir,
}

fn archivist() -> Actor {
    Actor::new("小王", vec![Role::Archivist])
}

impl Room {
    fn on(db: Db) -> Self {
        let house = House::on(db);
        let files = tempfile::tempdir().unwrap();
        let own = std::env::current_exe().unwrap();
        let program = own.parent().unwrap().parent().unwrap().join("examples/original_reader");
        let limits = Limits { memory: 2 << 30, ..Limits::default() };
        let blobs = Blobs::in_folder(files.path()).unwrap();
        let desk = Desk {
            ground: house.ground.clone(),
            institution: INSTITUTION.to_owned(),
            blobs: blobs.clone(),
            cage: Cage { program, arguments: Vec::new(), limits },
            scanner: Scanner::new(["/bin/sh", "-c", SCANNER].map(str::to_owned).to_vec()),
        };
        let sample: web::House = toml::from_str(include_str!("../../../web/assets/sample-house.toml")).unwrap();
        let shell = Shell::new(sample.clone(), house.ground.clock.clone(), &[]).unwrap();
        let catalogue = house.catalogue();
        let gallery = Gallery::new(catalogue.clone(), blobs, sample, "https://a.example");
        let app = shell
            .dress(crate::site::router(catalogue, shell.clone(), "https://archives.example", std::sync::Arc::new(())))
            .merge(routes(gallery));
        Self { house, desk, app, _files: files }
    }

    /// One with a record of these statuses.
    async fn with(db: Db, change: fn(&mut Statuses)) -> Self {
        let room = Self::on(db);
        room.land(change).await;
        room
    }

    async fn land(&self, change: fn(&mut Statuses)) {
        let mut one = item(CODE, "关于某事的通知");
        one.statuses.published = true;
        change(&mut one.statuses);
        self.house.land(&[one]).await;
        self.house.follow().await;
    }

    async fn add(&self, name: &str, content: &[u8]) -> Report {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        std::io::Seek::rewind(&mut file).unwrap();
        let given = Given { code: CODE.to_owned(), name: name.to_owned(), file, label: None };
        self.desk.add(&archivist(), given).await.unwrap()
    }

    fn record(&self) -> PublicId {
        PublicId::of(&self.house.ground.secrets, INSTITUTION, &crate::reference_code::key(CODE))
    }

    async fn kept(&self) -> Vec<crate::store::original::Kept> {
        let key = crate::reference_code::key(CODE);
        let of = crate::store::original::Of { institution: INSTITUTION, code_key: &key };
        crate::store::original::of_code(&mut self.house.ground.db.read().await.unwrap(), of).await.unwrap()
    }

    async fn asked(&self, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Bytes) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
    }

    async fn got(&self, path: &str) -> (StatusCode, HeaderMap, Bytes) {
        self.asked(path, &[]).await
    }

    async fn text(&self, path: &str) -> String {
        let (status, _, body) = self.got(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// Every address an image page and a sound have, for these ids.
    fn addresses(record: &PublicId, page: &PublicId, file: &PublicId) -> Vec<String> {
        vec![
            format!("/iiif/{record}/manifest.json"),
            format!("/iiif/image/{page}"),
            format!("/iiif/image/{page}/info.json"),
            format!("/iiif/image/{page}/full/max/0/default.jpg"),
            format!("/iiif/image/{page}/0,0,512,512/512,512/0/default.jpg"),
            format!("/iiif/image/{page}/full/!200,200/0/default.jpg"),
            format!("/originals/{file}"),
            format!("/records/{record}/pages"),
            format!("/records/{record}/pages/1"),
        ]
    }

    /// The addresses of what is attached to the record: its first page, its first file without pages.
    async fn own_addresses(&self) -> Vec<String> {
        let kept = self.kept().await;
        let page = kept.iter().find_map(|one| one.pages.first()).unwrap().public_id.clone();
        let file = kept.iter().find(|one| one.pages.is_empty()).unwrap().public_id.clone();
        Self::addresses(&self.record(), &page, &file)
    }

    /// Asserts that every address answers as an address of nothing does, byte for byte.
    async fn must_be_unreachable(&self, own: &[String], why: &str) {
        let nothing = PublicId::parse("aaaaaaaaaaaaaaaa").unwrap();
        for (own, absent) in own.iter().zip(Self::addresses(&nothing, &nothing, &nothing)) {
            for headers in [&[][..], &[("range", "bytes=0-9")], &[("if-none-match", "*")]] {
                let (mine, theirs) = (self.asked(own, headers).await, self.asked(&absent, headers).await);
                assert_eq!(mine.0, StatusCode::NOT_FOUND, "{why}: {own}");
                assert_eq!((mine.0, &mine.1), (theirs.0, &theirs.1), "{why}: {own}");
                let plain = |body: &Bytes, path: &str| {
                    let path =
                        percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC).to_string();
                    String::from_utf8(body.to_vec()).unwrap().replace(&path, "")
                };
                assert_eq!(plain(&mine.2, own), plain(&theirs.2, &absent), "{why}: {own}");
            }
        }
    }
}

/// What makes a record one that is not shown.
type Restating = fn(&mut Statuses);

#[tokio::test]
async fn l11_what_may_not_be_seen_is_absent_at_every_address() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    assert_eq!(room.add("一.jpg", &jpeg(&page())).await.fate, Fate::Added);
    assert_eq!(room.add("二.wav", &silence()).await.fate, Fate::Added);
    let own = room.own_addresses().await;
    for path in &own {
        let (status, ..) = room.got(path).await;
        assert!(status == StatusCode::OK || status == StatusCode::SEE_OTHER, "{path} {status}");
    }
    let states: [(&str, Restating); 7] = [
        ("open, not published", |s| s.published = false),
        ("closed", |s| s.openness = Openness::Controlled),
        ("internal", |s| s.classification = Classification::Internal),
        ("donor's limit", |s| s.restriction = Restriction::DescriptionOnly),
        ("on request", |s| s.disclosure = Disclosure::OnRequest),
        ("about a person", |s| s.livelihood = Some(Livelihood::Marriage)),
        ("withdrawn again", |s| s.published = false),
    ];
    for (why, change) in states {
        room.land(|_| ()).await;
        assert_eq!(room.got(&own[2]).await.0, StatusCode::OK, "published before: {why}");
        room.land(change).await;
        room.must_be_unreachable(&own, why).await;
    }
    room.land(|_| ()).await;
    room.desk.change(&archivist(), CODE, None, &Change::Withhold).await.unwrap();
    room.must_be_unreachable(&own, "withheld").await;
}

#[tokio::test]
async fn a_withheld_page_is_gone_and_its_neighbour_stays() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    room.add("一.jpg", &jpeg(&page())).await;
    room.add("二.png", &encoded(&DynamicImage::ImageRgb8(page()), ImageFormat::Png)).await;
    room.desk.change(&archivist(), CODE, Some(1), &Change::Withhold).await.unwrap();
    let kept = room.kept().await;
    let [first, second] = [&kept[0].pages[0].public_id, &kept[1].pages[0].public_id];
    assert_eq!(room.got(&format!("/iiif/image/{first}/info.json")).await.0, StatusCode::NOT_FOUND);
    let html = room.text(&format!("/records/{}", room.record())).await;
    assert!(html.contains("原件 1 页") && html.contains(second.as_str()) && !html.contains(first.as_str()), "{html}");
    let error = room.desk.change(&archivist(), CODE, None, &Change::Release).await.unwrap_err();
    assert!(error.to_string().contains("批准公布"), "{error}");
    let director = Actor::new("馆长", vec![Role::Director]);
    room.desk.change(&director, CODE, None, &Change::Release).await.unwrap();
    assert!(room.text(&format!("/records/{}", room.record())).await.contains("原件 2 页"));
}

#[tokio::test]
async fn u24_a_file_with_a_virus_is_refused_and_what_nobody_scanned_waits() {
    let (_folder, db) = sqlite().await;
    let mut room = Room::with(db, |_| ()).await;
    let eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
    let infected = with_segment(&jpeg(&page()), 0xfe, eicar);
    let report = room.add("一.jpg", &infected).await;
    assert_eq!((report.fate, report.verdict(Some(Property::Security))), (Fate::Refused, Verdict::Failed));
    assert!(report.to_string().contains("Eicar-Test"), "{report}");
    assert!(room.kept().await.is_empty());

    let sound = silence();
    assert_eq!(room.add("一.wav", &sound).await.verdict(None), Verdict::Passed);
    room.desk.scanner = Scanner::default();
    let report = room.add("二.jpg", &jpeg(&page())).await;
    assert_eq!((report.fate, report.verdict(None)), (Fate::Added, Verdict::Passed), "a picture is drawn anew");
    let report = room.add("三.wav", &[&sound[..], b"\0\0"].concat()).await;
    let kept = room.kept().await;
    assert_eq!(
        (report.verdict(Some(Property::Security)), kept.last().map(|one| one.withheld)),
        (Verdict::Suspect, Some(true))
    );
}

/// A PNG with the chunks of so many frames more, each as large as the picture (APNG).
fn animated(png: &[u8], frames: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(content);
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], kind, content, &sum.sum().to_be_bytes()].concat()
    };
    // The signature and IHDR take 33 bytes, IEND the last 12.
    let (head, rest) = png.split_at(33);
    let (picture, end) = rest.split_at(rest.len() - 12);
    let size = &head[16..24];
    let mut out = [head, &chunk(b"acTL", &[frames.to_be_bytes(), [0; 4]].concat()), picture].concat();
    for number in (0..frames).map(|frame| frame * 2) {
        let control = [&number.to_be_bytes()[..], size, &[0; 8], &[0, 1, 0, 10, 0, 0]].concat();
        out.extend(chunk(b"fcTL", &control));
        out.extend(chunk(b"fdAT", &[&(number + 1).to_be_bytes()[..], &[1; 16]].concat()));
    }
    [&out[..], end].concat()
}

#[tokio::test]
async fn u16_of_a_picture_that_moves_the_first_frame_is_taken_or_it_is_refused() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    let png = encoded(&DynamicImage::ImageRgb8(page()), ImageFormat::Png);
    let report = room.add("一.png", &animated(&png, 10_000)).await;
    assert_eq!((report.fate, report.pages), (Fate::Added, 1), "{report}");
    for (name, content) in [("一.gif", &b"GIF89a\x01\0\x01\0\0\0\0;"[..]), ("一.webp", b"RIFF\x1a\0\0\0WEBPVP8X")] {
        let report = room.add(name, content).await;
        assert_eq!(report.fate, Fate::Refused, "{name}");
        assert!(report.to_string().contains("JPEG"), "it says what is taken: {report}");
    }
}

#[tokio::test]
async fn a_suspect_file_waits_until_somebody_releases_it() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    let pdf = b"%PDF-1.7\n1 0 obj<</Type/Page/AA<</JS(x)>>>>endobj\nstartxref\n9\n%%EOF\n";
    let report = room.add("一.pdf", pdf).await;
    assert_eq!((report.fate, report.verdict(None)), (Fate::Added, Verdict::Suspect));
    let address = format!("/originals/{}", room.kept().await[0].public_id);
    assert_eq!(room.got(&address).await.0, StatusCode::NOT_FOUND);
    let director = Actor::new("馆长", vec![Role::Director]);
    room.desk.change(&director, CODE, Some(1), &Change::Release).await.unwrap();
    let (status, headers, body) = room.got(&address).await;
    assert_eq!((status, body.as_ref()), (StatusCode::OK, &pdf[..]));
    assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"file.pdf\""));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
}

#[tokio::test]
async fn the_record_page_shows_the_pages_and_each_leads_on() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    let pages: Vec<GrayImage> = (1..=30).map(|n| GrayImage::from_pixel(60, 40, Luma([100 + n]))).collect();
    room.add("册.tif", &tiff(&pages)).await;
    room.add("二.wav", &silence()).await;
    room.add("三.mp4", &film()).await;
    let id = room.record();
    let html = room.text(&format!("/records/{id}")).await;
    for text in ["原件 30 页", "看全部 30 页", "<audio controls", "<video controls playsinline", "网上是已公布的影像"]
    {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(html.len() < 30_000 && html.matches("<img ").count() == 8, "{}", html.len());
    let list = room.text(&format!("/records/{id}/pages?page=2")).await;
    assert_eq!(list.matches("<img ").count(), 10);
    let one = room.text(&format!("/records/{id}/pages/2?size=large")).await;
    for text in
        ["/pages/1?size=large", "/pages/3?size=large", "?size=usual", "class=\"leaf large\"", "!60,40/0/default.jpg"]
    {
        assert!(one.contains(text), "{text} in {one}");
    }
    // The deep zoom is there if its script was fetched before the program was built.
    if one.contains("逐处放大看") {
        let large = format!("/records/{id}/pages/2/zoom");
        assert_eq!(one.matches(&format!("<a href=\"{large}\"")).count(), 2, "in words and as the picture: {one}");
        let zoom = room.text(&large).await;
        for address in ["pages/1/zoom", "pages/3/zoom", "pages/2"] {
            assert!(zoom.contains(&format!("href=\"/records/{id}/{address}\"")), "{address} in {zoom}");
        }
        assert!(!room.text(&format!("/records/{id}/pages/30/zoom")).await.contains("下一页"));
    }
    for path in ["pages/0", "pages/31", "pages/x", "pages/99999999999999999999999", "pages?page=9"] {
        let (status, ..) = room.got(&format!("/records/{id}/{path}")).await;
        assert!(status == StatusCode::NOT_FOUND || status == StatusCode::BAD_REQUEST, "{path} {status}");
    }
}

#[tokio::test]
async fn a_record_without_public_originals_says_how_to_see_them() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |s| s.published = false).await;
    let before = room.text(&format!("/records/{}", room.record())).await;
    room.add("一.jpg", &jpeg(&page())).await;
    let after = room.text(&format!("/records/{}", room.record())).await;
    assert!(after.contains("原件没有在网上公布") && after.contains("到馆"));
    assert_eq!(before, after, "an original that is not public leaves no trace");
}

#[tokio::test]
async fn images_come_as_the_standard_has_them() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    room.add("一.jpg", &jpeg(&page())).await;
    let id = room.kept().await[0].pages[0].public_id.clone();
    let info: serde_json::Value =
        serde_json::from_str(&room.text(&format!("/iiif/image/{id}/info.json")).await).unwrap();
    assert_eq!((info["width"].as_u64(), info["profile"].as_str()), (Some(1100), Some("level2")));
    assert_eq!(info["id"], format!("https://a.example/iiif/image/{id}"));
    assert_eq!(info["tiles"][0]["scaleFactors"], serde_json::json!([1, 2, 4]));
    for (asked, size) in [
        ("full/max/0/default.jpg", (1100, 700)),
        ("0,0,512,512/512,512/0/default.jpg", (512, 512)),
        ("512,512,588,188/588,/0/default.jpg", (588, 188)),
        ("0,0,1024,700/512,350/0/default.jpg", (512, 350)),
        ("full/275,175/0/default.jpg", (275, 175)),
        ("square/100,/90/gray.png", (100, 100)),
        ("pct:10,10,50,20/max/!0/color.jpg", (550, 140)),
        ("full/200,/90/default.jpg", (127, 200)),
        ("1,1,1,1/max/180/default.png", (1, 1)),
    ] {
        let (status, headers, body) = room.got(&format!("/iiif/image/{id}/{asked}")).await;
        assert_eq!(status, StatusCode::OK, "{asked}");
        assert_eq!(headers["access-control-allow-origin"], "*");
        let image = image::load_from_memory(&body).unwrap();
        assert_eq!((image.width(), image.height()), size, "{asked}");
        let tag = headers["etag"].to_str().unwrap().to_owned();
        let known = room.asked(&format!("/iiif/image/{id}/{asked}"), &[("if-none-match", &tag)]).await;
        assert_eq!((known.0, known.2.len()), (StatusCode::NOT_MODIFIED, 0), "{asked}");
    }
    for asked in
        ["full/full/0/default.jpg", "full/1101,/0/default.jpg", "2000,0,1,1/max/0/default.jpg", "full/max/0/x.jpg"]
    {
        assert_eq!(room.got(&format!("/iiif/image/{id}/{asked}")).await.0, StatusCode::BAD_REQUEST, "{asked}");
    }
    let (_, headers, body) = room.got(&format!("/iiif/{}/manifest.json", room.record())).await;
    assert!(headers["content-type"].to_str().unwrap().contains("presentation/3/context.json"));
    let manifest: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&manifest["type"], &manifest["items"][0]["width"]), (&"Manifest".into(), &1100.into()));
    let body = &manifest["items"][0]["items"][0]["items"][0]["body"];
    assert_eq!(body["service"][0]["id"], format!("https://a.example/iiif/image/{id}"));
}

#[tokio::test]
async fn the_colours_of_a_cut_are_those_of_the_page() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    let halves = RgbImage::from_fn(1600, 1200, |x, _| if x < 800 { Rgb([200, 30, 30]) } else { Rgb([30, 30, 200]) });
    room.add("一.jpg", &jpeg(&halves)).await;
    let id = room.kept().await[0].pages[0].public_id.clone();
    for (asked, red) in [("0,0,700,1200/350,/0/default.jpg", true), ("900,0,700,1200/max/0/default.png", false)] {
        let (_, _, body) = room.got(&format!("/iiif/image/{id}/{asked}")).await;
        let image = image::load_from_memory(&body).unwrap().into_rgb8();
        assert!(image.pixels().all(|pixel| (pixel.0[0] > pixel.0[2]) == red), "{asked}");
    }
}

#[tokio::test]
async fn sound_is_given_in_parts() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    room.add("一.wav", &silence()).await;
    let whole = silence();
    let address = format!("/originals/{}", room.kept().await[0].public_id);
    let (status, headers, body) = room.asked(&address, &[("range", "bytes=10-19")]).await;
    assert_eq!((status, body.as_ref()), (StatusCode::PARTIAL_CONTENT, &whole[10..20]));
    assert_eq!(headers["content-range"], format!("bytes 10-19/{}", whole.len()));
    assert_eq!(
        (&headers["content-type"], &headers["content-length"]),
        (&"audio/wav".parse().unwrap(), &"10".parse().unwrap())
    );
    let (status, headers, _) = room.asked(&address, &[("range", "bytes=999999-")]).await;
    assert_eq!(
        (status, &headers["content-range"]),
        (StatusCode::RANGE_NOT_SATISFIABLE, &"bytes */8044".parse().unwrap())
    );
    let stale = [("range", "bytes=0-1"), ("if-range", "\"other\"")];
    let (status, headers, body) = room.asked(&address, &stale).await;
    assert_eq!(
        (status, body.len(), &headers["accept-ranges"]),
        (StatusCode::OK, whole.len(), &"bytes".parse().unwrap())
    );
}

#[tokio::test]
async fn u27_the_same_file_is_stored_once_and_goes_with_its_last_original() {
    both(|db| async move {
        let room = Room::with(db, |_| ()).await;
        let content = jpeg(&page());
        assert_eq!(room.add("一.jpg", &content).await.fate, Fate::Added);
        assert_eq!(room.add("又.jpg", &content).await.fate, Fate::Unchanged);
        assert_eq!(room.kept().await.len(), 1);
        let digest = room.kept().await[0].digest;
        let copy = room.kept().await[0].pages[0].copy;
        assert_eq!(room.desk.blobs.get(&digest).await.unwrap(), content);
        room.desk.change(&archivist(), CODE, Some(1), &Change::Remove).await.unwrap();
        assert!(room.desk.blobs.get(&digest).await.is_err() && room.desk.blobs.get(&copy).await.is_err());
        assert!(room.kept().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn originals_are_ordered_labelled_and_found_in_the_log() {
    both(|db| async move {
        let room = Room::with(db, |_| ()).await;
        for (name, side) in [("甲.png", 11), ("乙.png", 12), ("丙.png", 13)] {
            let image = DynamicImage::ImageLuma8(GrayImage::from_pixel(side, side, Luma([9])));
            assert_eq!(room.add(name, &encoded(&image, ImageFormat::Png)).await.fate, Fate::Added, "{name}");
        }
        let by = archivist();
        room.desk.change(&by, CODE, Some(3), &Change::Place(1)).await.unwrap();
        room.desk.change(&by, CODE, Some(1), &Change::Label(Some("封面".to_owned()))).await.unwrap();
        room.desk.change(&by, CODE, Some(2), &Change::Remove).await.unwrap();
        let list = room.desk.list(CODE).await.unwrap();
        let told: Vec<_> = list.iter().map(|one| (one.number, one.file_name.as_str(), one.label.as_deref())).collect();
        assert_eq!(told, [(1, "丙.png", Some("封面")), (2, "乙.png", None)]);
        assert!(list.iter().all(|one| one.shown && one.pages == 1));
        let absent = room.desk.change(&by, CODE, Some(9), &Change::Withhold).await.unwrap_err();
        assert!(absent.to_string().contains("第 9 件"), "{absent}");
        let mut tx = room.house.ground.db.read().await.unwrap();
        let rows: Vec<(String, String)> =
            tx.sql("SELECT actor, action FROM audit ORDER BY sequence").all().await.unwrap();
        let told: Vec<&str> = rows.iter().map(|(_, action)| action.as_str()).collect();
        assert_eq!(
            told,
            [&["originals.add"; 3][..], &["originals.place", "originals.label", "originals.remove"]].concat()
        );
        assert!(rows.iter().all(|(actor, _)| actor == "小王"));
    })
    .await;
}

#[tokio::test]
async fn what_was_found_is_kept_also_of_what_was_refused() {
    both(|db| async move {
        let room = Room::with(db, |_| ()).await;
        let refused = room.add("坏.jpg", b"<svg/>").await;
        assert_eq!((refused.fate, refused.verdict(None)), (Fate::Refused, Verdict::Failed));
        let marked = room.add("机密★文件.jpg", &jpeg(&page())).await;
        assert!(marked.fate == Fate::Refused && !marked.file_name.contains("机密"), "{marked}");
        assert!(room.kept().await.is_empty());
        let notes = room.desk.checks(CODE).await.unwrap();
        assert_eq!(notes.len(), 2);
        assert!(notes.iter().flat_map(|(_, findings)| findings).any(|one| one.found.contains("不是可以挂接的格式")));
        let given = Given {
            code: "X001-没有".to_owned(),
            name: "一.jpg".to_owned(),
            file: tempfile::tempfile().unwrap(),
            label: None,
        };
        assert!(room.desk.add(&archivist(), given).await.unwrap_err().to_string().contains("先导入目录"));
        let editor = Actor::new("小李", vec![Role::Editor]);
        assert!(room.desk.change(&editor, CODE, None, &Change::Remove).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn l14_what_counts_as_digitised_is_what_the_rule_shows() {
    both(|db| async move {
        let room = Room::with(db, |_| ()).await;
        let image = DynamicImage::ImageLuma8(GrayImage::from_pixel(9, 9, Luma([9])));
        room.add("一.png", &encoded(&image, ImageFormat::Png)).await;
        let number = room.house.record(CODE).await.number;
        for openness in Openness::ALL {
            for disclosure in Disclosure::ALL {
                for restriction in Restriction::ALL {
                    for (published, internal, personal) in
                        [(true, false, false), (false, false, false), (true, true, false), (true, false, true)]
                    {
                        let mut one = item(CODE, "关于某事的通知");
                        one.statuses = Statuses {
                            classification: if internal { Classification::Internal } else { Classification::None },
                            openness,
                            disclosure,
                            published,
                            restriction,
                            livelihood: personal.then_some(Livelihood::Marriage),
                        };
                        let expected = leaf::for_everyone(one.statuses, false);
                        room.house.land(&[one]).await;
                        let mut tx = room.house.ground.db.read().await.unwrap();
                        let found = digitised(&mut tx, &[number, number + 1]).await.unwrap();
                        assert_eq!(found.contains(&number), expected, "{openness:?} {disclosure:?} {restriction:?}");
                    }
                }
            }
        }
        room.land(|_| ()).await;
        room.desk.change(&archivist(), CODE, None, &Change::Withhold).await.unwrap();
        let mut tx = room.house.ground.db.read().await.unwrap();
        assert!(digitised(&mut tx, &[number]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_original_that_comes_or_goes_lets_the_indexes_look_again() {
    let (_folder, db) = sqlite().await;
    let room = Room::with(db, |_| ()).await;
    let newest = async || crate::store::change::newest(&mut room.house.ground.db.read().await.unwrap()).await.unwrap();
    let before = newest().await;
    room.add("一.wav", &silence()).await;
    let added = newest().await;
    room.add("一.wav", &silence()).await;
    assert_eq!((added - before, newest().await), (1, added), "what changes nothing is not logged");
    room.desk.change(&archivist(), CODE, None, &Change::Withhold).await.unwrap();
    assert_eq!(newest().await, added + 1);
}
