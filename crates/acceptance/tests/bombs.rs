//! Workbooks made to break whoever opens them, given to `lantai import`.

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::{Cursor, Write as _};
    use std::path::PathBuf;

    use acceptance::{Desk, Ended, files_of};
    use nix::sys::resource::{UsageWho, getrusage};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"rId1\" Target=\"xl/workbook.xml\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/></Relationships>";
    const BOOK: &str = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
        xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
        <sheets><sheet name=\"目录\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    const BOOK_RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/>\
        <Relationship Id=\"rId2\" Target=\"sharedStrings.xml\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\"/></Relationships>";

    /// A workbook put together by hand.
    struct Book(ZipWriter<Cursor<Vec<u8>>>);

    impl Book {
        fn new() -> Self {
            Self(ZipWriter::new(Cursor::new(Vec::new())))
                .with("[Content_Types].xml", TYPES)
                .with("_rels/.rels", RELS)
                .with("xl/workbook.xml", BOOK)
                .with("xl/_rels/workbook.xml.rels", BOOK_RELS)
        }

        fn with(self, name: &str, content: &str) -> Self {
            self.repeated(name, ["", content, ""], 1)
        }

        /// A part of a head, a middle many times over, and a tail.
        fn repeated(mut self, name: &str, [head, middle, tail]: [&str; 3], times: usize) -> Self {
            self.0.start_file(name, SimpleFileOptions::default()).unwrap();
            self.0.write_all(head.as_bytes()).unwrap();
            for _ in 0..times {
                self.0.write_all(middle.as_bytes()).unwrap();
            }
            self.0.write_all(tail.as_bytes()).unwrap();
            self
        }

        fn sheet(self, rows: &str) -> Self {
            self.with("xl/worksheets/sheet1.xml", &format!("{HEAD}{rows}{TAIL}"))
        }

        fn bytes(self) -> Vec<u8> {
            self.0.finish().unwrap().into_inner()
        }
    }

    const HEAD: &str = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
    const TAIL: &str = "</sheetData></worksheet>";

    /// Rows of inline texts.
    fn rows(rows: &[&[&str]]) -> String {
        let mut text = String::new();
        for (line, cells) in (1..).zip(rows) {
            write!(text, "<row r=\"{line}\">").unwrap();
            for (column, cell) in ('A'..).zip(*cells) {
                write!(text, "<c r=\"{column}{line}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>").unwrap();
            }
            text.push_str("</row>");
        }
        text
    }

    fn good_rows() -> String {
        rows(&[
            &["档号", "题名", "日期", "保管期限", "开放标识"],
            &["L001-WS·1986·Y-0002", "关于兴修水库的通知", "19860305", "永久", "开放"],
        ])
    }

    /// A desk on which every file bears one name.
    struct Post(Desk);

    impl Post {
        fn import(&self, bytes: &[u8]) -> Ended {
            self.0.import(&self.0.paper("目录.xlsx", bytes), &[])
        }

        /// The file is refused whole, in one sentence that says this.
        fn refuses(&self, name: &str, bytes: &[u8], said: &str) {
            let ended = self.import(bytes);
            assert_eq!(ended.code, Some(1), "{name}: {}{}", ended.stdout, ended.stderr);
            let result = ended.json();
            assert!(result["batch"].is_null() && result["landed"] == 0, "{name}: {result}");
            let last = ended.stderr.trim().lines().last().unwrap_or_default();
            assert!(last.contains("目录.xlsx") && last.contains(said), "{name}: {}", ended.stderr);
        }

        fn lands(&self, name: &str, bytes: &[u8]) -> Ended {
            let ended = self.import(bytes);
            assert_eq!(ended.code, Some(0), "{name}: {}{}", ended.stdout, ended.stderr);
            assert_eq!(ended.json()["read"], 1, "{name}: {}", ended.stdout);
            ended
        }
    }

    /// The largest resident memory of any process this test waited for, in megabytes: the command and its caged child.
    fn largest(of: UsageWho) -> i64 {
        getrusage(of).unwrap().max_rss() / 1024
    }

    /// Numbered cells that do not deflate much.
    fn many_cells(count: u64) -> String {
        let mut text = String::new();
        for number in 0..count {
            if number % 100 == 0 {
                write!(text, "{}<row>", if number == 0 { "" } else { "</row>" }).unwrap();
            }
            write!(text, "<c><v>{}</v></c>", number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40).unwrap();
        }
        text + "</row>"
    }

    #[test]
    fn u01_u02_u03_u04_u09_bombs_are_refused_and_memory_stays() {
        let desk = Post(Desk::new());
        desk.lands("a good one", &Book::new().sheet(&good_rows()).bytes());
        let before = largest(UsageWho::RUSAGE_CHILDREN);

        let strings = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"4000000000\" \
                       uniqueCount=\"4000000000\"><si><t>a</t></si></sst>";
        let promised = Book::new().sheet(&good_rows()).with("xl/sharedStrings.xml", strings).bytes();
        assert!(promised.len() < 4096);
        desk.refuses("u01: four thousand million strings promised", &promised, "内存超出限度");

        let corners =
            "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
        desk.refuses("u02: two cells at the corners", &Book::new().sheet(corners).bytes(), "列");
        let tall =
            "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"CV1048576\"><v>1</v></c></row>";
        desk.refuses("u02: a wide and tall range", &Book::new().sheet(tall).bytes(), "没有找到表头");

        let cells = Book::new().sheet(&many_cells(2_000_001)).bytes();
        desk.refuses("u03: two million cells and no header", &cells, "");

        let blank = " ".repeat(1 << 20);
        let inflated = Book::new().repeated("xl/worksheets/sheet1.xml", [HEAD, &blank, TAIL], 512).bytes();
        assert!(inflated.len() < 1 << 20, "{}", inflated.len());
        desk.refuses("u04: half a gigabyte of blanks", &inflated, "解压之后太大");
        let beside = Book::new().sheet(&good_rows()).repeated("docProps/app.xml", ["", &blank, ""], 64).bytes();
        desk.refuses("u04: in a part nobody reads", &beside, "解压之后太大");

        let parts =
            (0..10_001).fold(Book::new().sheet(&good_rows()), |book, number| book.with(&format!("x/{number}"), ""));
        desk.refuses("u09: ten thousand parts", &parts.bytes(), "解压之后太大");

        // A program begins in a copy of this process, so what this one ever held, the bombs in the making, counts as well.
        let (own, after) = (largest(UsageWho::RUSAGE_SELF), largest(UsageWho::RUSAGE_CHILDREN));
        assert!(after < before.max(own) + 64, "the import grew from {before} to {after} MB, this test holds {own} MB");
        desk.lands("a good one afterwards", &Book::new().sheet(&good_rows()).bytes());
    }

    /// The container with another length, in bytes, declared for one of its parts, before it and in the directory at the end
    /// (APPNOTE 4.3.7 and 4.3.12).
    fn declaring(mut container: Vec<u8>, part: &str, length: u32) -> Vec<u8> {
        let mut places = 0;
        for (sign, name_at, length_at) in [(*b"PK\x03\x04", 30, 22), (*b"PK\x01\x02", 46, 24)] {
            let is_part = |at: &usize| {
                container[*at..].starts_with(&sign) && container[*at + name_at..].starts_with(part.as_bytes())
            };
            let at = (0..container.len() - name_at).find(is_part).unwrap();
            container[at + length_at..at + length_at + 4].copy_from_slice(&length.to_le_bytes());
            places += 1;
        }
        assert_eq!(places, 2);
        container
    }

    #[test]
    fn u11_a_part_that_is_longer_than_it_says_is_refused() {
        let desk = Post(Desk::new());
        let sheet = "xl/worksheets/sheet1.xml";
        desk.lands("a good one", &Book::new().sheet(&good_rows()).bytes());
        let before = largest(UsageWho::RUSAGE_CHILDREN);
        let blank = " ".repeat(1 << 20);
        let inflated = Book::new().repeated(sheet, [HEAD, &blank, TAIL], 512).bytes();
        desk.refuses("half a gigabyte that says it is ten bytes", &declaring(inflated, sheet, 10), "");
        desk.refuses("rows beyond the length", &declaring(Book::new().sheet(&good_rows()).bytes(), sheet, 10), "");
        let (own, after) = (largest(UsageWho::RUSAGE_SELF), largest(UsageWho::RUSAGE_CHILDREN));
        assert!(after < before.max(own) + 64, "the import grew from {before} to {after} MB, this test holds {own} MB");
    }

    #[test]
    fn u28_entities_in_a_sheet_are_not_expanded() {
        let levels: Vec<String> =
            (1..9).map(|level| format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10))).collect();
        let levels = levels.concat();
        let external = "<!ENTITY file SYSTEM \"file:///etc/passwd\">";
        let desk = Post(Desk::new());
        for (name, entities, used) in
            [("laughs", levels.as_str(), "&a8;"), ("a file of the machine", external, "&file;")]
        {
            let doctype = format!("<!DOCTYPE worksheet [<!ENTITY a0 \"ha\">{entities}]>{HEAD}");
            let sheet = format!("{doctype}{}{TAIL}", good_rows().replace("关于兴修水库的通知", used));
            let book = Book::new().with("xl/worksheets/sheet1.xml", &sheet).bytes();
            let ended = desk.import(&book);
            let told = format!("{}{}", ended.stdout, ended.stderr);
            assert!(!told.contains("hahaha") && !told.contains("root:"), "{name}: {told}");
            for held in files_of(desk.0.folder.path()) {
                let bytes = std::fs::read(&held).unwrap();
                let kept = ["hahaha", "root:x:0"].iter().any(|sought| acceptance::holds(&bytes, sought.as_bytes()));
                assert!(!kept, "{name}: expanded in {}", held.display());
            }
        }
    }

    #[test]
    fn u06_u07_u08_macros_links_and_names_that_climb_are_never_followed() {
        let desk = Post(Desk::new());
        let long = format!("{}.xml", "名".repeat(300));
        let mut book = Book::new()
            .sheet(&good_rows())
            .with("xl/vbaProject.bin", "Sub Auto_Open()")
            .with("xl/externalLinks/externalLink1.xml", "<externalLink/>")
            .with("xl/embeddings/oleObject1.bin", "ole")
            .with("../../evil.xml", "<a/>")
            .with("/evil", "<a/>")
            .with("C:\\evil", "<a/>")
            .with(&long, "<a/>");
        book.0.add_symlink("evil", "/etc", SimpleFileOptions::default()).unwrap();
        book.0.start_file("evil/passwd", SimpleFileOptions::default()).unwrap();
        let before = files_of(desk.0.folder.path());
        desk.lands("a book with company", &book.bytes());
        let around = desk.0.folder.path().parent().unwrap();
        for climbed in
            [around.join("evil.xml"), around.join("evil"), PathBuf::from("/evil"), PathBuf::from("/evil.xml")]
        {
            assert!(!climbed.try_exists().unwrap(), "{}", climbed.display());
        }
        let new = files_of(desk.0.folder.path()).into_iter().filter(|file| !before.contains(file));
        for file in new {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            assert!(!name.contains("evil") && !name.contains("vba") && !name.contains('名'), "{}", file.display());
        }
    }

    #[test]
    fn u10_broken_containers_are_refused_in_a_sentence() {
        let desk = Post(Desk::new());
        let whole = Book::new().sheet(&good_rows()).bytes();
        desk.refuses("the end is missing", &whole[..whole.len() / 2], "不是能识别的表格");
        let mut torn = whole.clone();
        let at = torn.windows(9).position(|window| window == b"worksheet").unwrap();
        torn[at + 30] ^= 0xff;
        desk.refuses("a byte is not what its sum says", &torn, "不是能识别的表格");
        let mut renamed = whole.clone();
        let name = b"xl/workbook.xml";
        let at = renamed.windows(name.len()).rposition(|window| window == name).unwrap();
        renamed[at] = b'y';
        desk.refuses("directory and header disagree", &renamed, "不是能识别的表格");
        desk.refuses(
            "a picture with a workbook behind it",
            &[b"\xff\xd8\xff\xe0JFIF".as_slice(), &whole].concat(),
            "目录.xlsx",
        );
    }
}
