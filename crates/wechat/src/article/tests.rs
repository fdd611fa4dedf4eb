use proptest::prelude::*;

use super::*;

fn own(address: &str) -> bool {
    is_wechats(address)
}

fn html(text: &str) -> String {
    kept(text, &own).html
}

#[test]
fn what_writers_use_stays_as_it_is() {
    let article = "<section style=\"color: #333; line-height: 1.75;\"><h2>馆藏</h2><p>“一页档案”<br>第二行 &amp; 第三行</p>\
                   <ul><li>一</li></ul><table><tbody><tr><td colspan=\"2\">表</td></tr></tbody></table>\
                   <img src=\"https://mmbiz.qpic.cn/a/640?wx_fmt=png\" alt=\"图\">\
                   <a href=\"https://mp.weixin.qq.com/s/abc\">前篇</a></section>";
    assert_eq!(kept(article, &own), Kept { html: article.to_owned(), lost: Vec::new() });
}

#[test]
fn foreign_pictures_and_links_go_and_the_words_of_links_stay() {
    let kept =
        kept("<p><img src='https://archive.example/a.jpg'>见<a href=\"https://archive.example/1\">原件</a></p>", &own);
    assert_eq!(kept.html, "<p>见<a>原件</a></p>");
    assert_eq!(
        kept.lost,
        [Lost::Picture("https://archive.example/a.jpg".into()), Lost::Link("https://archive.example/1".into())]
    );
    for host in ["https://mmbiz.qpic.cn.evil.example/a", "https://evil.example/mmbiz.qpic.cn/", "//mmbiz.qpic.cn/a"] {
        assert_eq!(html(&format!("<img src=\"{host}\">")), "", "{host}");
    }
}

#[test]
fn nothing_that_acts_stays() {
    for (given, expected) in [
        ("a<script>alert(1)</script>b", "ab"),
        ("a<SCRIPT src=x>if (1 < 2) '</p>'</ScRiPt >b", "ab"),
        ("<style>p{}</style><iframe src=\"x\">c</iframe><link href=x>d", "d"),
        ("<form action=x><input value=1><button>按</button></form>", "按"),
        ("<p onclick=\"x()\" id=a class=b>c</p>", "<p>c</p>"),
        ("<a href=\"javascript:alert(1)\">c</a>", "<a>c</a>"),
        ("<a href=\" &#106;avascript&#58;alert(1)\">c</a>", "<a>c</a>"),
        ("<img src=x onerror=alert(1)>", ""),
        (
            "<svg><animate attributeName=\"href\" values=\"javascript:1\"/><a href=\"x\">y</a></svg>",
            "<svg><animate></animate><a>y</a></svg>",
        ),
        ("<svg onload=x><path d=\"M0 0\"/></svg>", "<svg><path d=\"M0 0\"></path></svg>"),
        ("<p style=\"background: url(https://evil.example/a)\">c</p>", "<p>c</p>"),
        ("<p title='\"><script>x</script>'>c</p>", "<p title=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;\">c</p>"),
        ("<!-- a --><!DOCTYPE html><?php x ?>c", "c"),
        ("<script>", ""),
        ("1 < 2 <> 3 <", "1 &lt; 2 &lt;&gt; 3 &lt;"),
    ] {
        assert_eq!(html(given), expected, "{given}");
    }
}

#[test]
fn styles_keep_what_wechat_keeps() {
    let kept = kept(
        "<p style=\"COLOR:red; position: fixed;display:flex;width:calc(100% - 1px);font-size:16px; --x: 1; margin-top:1em;\
         background-image: url('https://mmbiz.qpic.cn/b')\">a</p>",
        &own,
    );
    assert_eq!(
        kept.html,
        "<p style=\"color: red; font-size: 16px; margin-top: 1em; background-image: url('https://mmbiz.qpic.cn/b');\">a</p>"
    );
    let lost: Vec<_> = ["position", "display", "width", "--x"].map(|name| Lost::Property(name.into())).into();
    assert_eq!(kept.lost, lost);
    assert_eq!(
        html("<b style=\"color: \\75rl(x); font-family: expre/**/ssion(1)\">a</b>"),
        "<b style=\"font-family: expre/**/ssion(1);\">a</b>"
    );
}

#[test]
fn a_picture_has_one_address() {
    let html = html("<img src=\"https://mmbiz.qpic.cn/1\" data-src=\"https://mmbiz.qpic.cn/2\">");
    assert_eq!(html, "<img src=\"https://mmbiz.qpic.cn/1\">");
}

#[test]
fn elements_are_closed_in_their_order() {
    assert_eq!(html("<p><b>a</p>c</b></section>"), "<p><b>a</b></p>c");
    assert_eq!(html("<p>a<p>b"), "<p>a<p>b</p></p>");
    assert_eq!(html(&"<p>".repeat(500)).matches("<p>").count(), 100);
}

#[test]
fn words_and_digests() {
    assert_eq!(words("<p>一&nbsp;页</p><script>x</script><p>档案 &amp; 人</p>"), "一 页 档案 & 人");
    let long = Article { content: format!("<p>{}</p>", "字".repeat(99)), ..Article::default() };
    assert_eq!(digest(&long).chars().count(), OWN_DIGEST);
    assert_eq!(digest(&Article { digest: "摘要".into(), ..long }), "摘要");
}

#[test]
fn limits_are_found_one_by_one() {
    let good = Article { title: "题".into(), content: "文".into(), thumb_media_id: "m".into(), ..Article::default() };
    assert_eq!(excess(&good, TITLE), None);
    let long = |count: usize| "字".repeat(count);
    for (article, expected) in [
        (Article { title: long(33), ..good.clone() }, 45003),
        (Article { title: " ".into(), ..good.clone() }, 45003),
        (Article { author: long(17), ..good.clone() }, 45110),
        (Article { digest: long(121), ..good.clone() }, 45004),
        (Article { content: String::new(), ..good.clone() }, 44004),
        (Article { content: long(20_000), ..good.clone() }, 45002),
        (Article { content_source_url: "a".repeat(1025), ..good.clone() }, 41039),
        (Article { thumb_media_id: String::new(), ..good.clone() }, 40007),
        (Article { article_type: "newspic".into(), ..good.clone() }, 40007),
    ] {
        assert_eq!(excess(&article, TITLE).map(Excess::code), Some(expected));
    }
    assert_eq!(excess(&Article { title: long(64), ..good.clone() }, 64), None);
    assert_eq!(excess(&Article { content: long(19_999), ..good }, TITLE), None);
}

proptest! {
    #[test]
    fn what_is_kept_is_kept_again_and_holds_nothing_that_acts(text in "[<>/=\"' a-z&;:!\\-]{0,80}|(<(p|b|script|img|a|svg|td) ?(href|src|style|onclick)?=?\"?[a-z:(]{0,9}\"?>?){0,8}") {
        let once = html(&text);
        prop_assert_eq!(html(&once), once.clone());
        prop_assert!(!once.contains("<script") && !once.contains("<style") && !once.contains(" onclick"));
        let depth = once.matches("</").count();
        let void = ["<img", "<br", "<hr", "<col>"].iter().map(|void| once.matches(void).count()).sum::<usize>();
        prop_assert_eq!(once.matches('<').count(), depth * 2 + void);
    }
}
