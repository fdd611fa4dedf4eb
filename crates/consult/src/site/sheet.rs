//! The page as it is written: conversations in words.

use kernel::Timestamp;
use web::{House, day_text};

use super::Draft;
use crate::Speaker;
use crate::conversation::{Conversation, Message, State};
use crate::desk::{LONGEST, Own, QuestionsDesk};
use crate::file::{FileKind, FileState, SentFile};
use crate::satisfaction::Satisfaction;

/// The page of a reader who is recognised.
#[derive(askama::Template)]
#[template(path = "questions.html")]
pub(super) struct Sheet {
    /// What has just been done.
    done: Option<&'static str>,
    /// The conversation that goes on, and those that have ended.
    open: Option<Talk>,
    past: Vec<Talk>,
    /// Whether the last thing that ended is to be asked about: it then stands first.
    asks_first: bool,
    /// Whether a notice can tell the reader of the answer.
    is_told: bool,
    /// When somebody answers.
    hours: String,
    longest: usize,
    text: String,
    problem: Option<String>,
    proof: String,
    key: String,
}

/// The page of whoever is not recognised.
#[derive(askama::Template)]
#[template(path = "stranger.html")]
pub(super) struct Stranger<'a> {
    pub(super) house: &'a House,
    /// The address at which WeChat says who they are.
    pub(super) way_in: Option<String>,
    /// What they wrote.
    pub(super) text: String,
}

/// A conversation.
struct Talk {
    reference: String,
    began: String,
    state: &'static str,
    /// When an answer may be expected.
    expected: Option<String>,
    said: Vec<Said>,
    may_end: bool,
    may_rate: bool,
    rated: Option<&'static str>,
}

/// Something that was said.
struct Said {
    who: &'static str,
    is_readers: bool,
    at: String,
    pieces: Vec<Piece>,
}

/// A piece of a text: plain, or the address of a page.
#[derive(PartialEq, Eq, Debug)]
struct Piece {
    text: String,
    is_link: bool,
}

impl Sheet {
    /// The page of a reader's conversations.
    pub(super) fn of(desk: &QuestionsDesk, own: Vec<Own>, draft: Draft, done: Option<&str>) -> Self {
        let now = desk.ground.clock.now();
        let house = desk.wording.house();
        let hours = &house.hours;
        let mut talks: Vec<(bool, Talk)> =
            own.into_iter().map(|one| (one.conversation.state != State::Closed, talk(desk, one, now))).collect();
        let open = talks.iter().position(|(is_open, _)| *is_open).map(|at| talks.remove(at).1);
        let past: Vec<Talk> = talks.into_iter().map(|(_, talk)| talk).collect();
        Self {
            done: done.and_then(told),
            asks_first: open.is_none() && past.first().is_some_and(|talk| talk.may_rate),
            open,
            past,
            is_told: false,
            hours: hours.standing_text(now),
            longest: LONGEST,
            text: draft.text,
            problem: draft.problem,
            proof: String::new(),
            key: String::new(),
        }
    }

    /// The same with the proof of its forms, the key under which its text is written, and whether a notice can tell of the
    /// answer.
    pub(super) fn with_proof(self, proof: String, key: String, is_told: bool) -> Self {
        Self { is_told, proof, key, ..self }
    }
}

/// What has been done, in words.
fn told(done: &str) -> Option<&'static str> {
    Some(match done {
        "asked" => "收到了，已经转给工作人员。",
        "scrubbed" => {
            "收到了，已经转给工作人员。您写的号码没有保存：请不要在这里写身份证号码和电话，需要时工作人员会告诉您怎么办。"
        }
        "ended" => "这次咨询结束了。还有要问的，随时可以再写。",
        "rated" => "谢谢您的评价。",
        _ => return None,
    })
}

fn talk(desk: &QuestionsDesk, own: Own, now: Timestamp) -> Talk {
    let Own { conversation, messages, may_rate, due } = own;
    Talk {
        reference: desk.reference(conversation.id),
        began: conversation.opened_at.local_text(),
        state: state(&conversation),
        expected: due.map(|due| expected(due, now)),
        may_end: conversation.state.is_with_people(),
        may_rate,
        rated: conversation.satisfaction.and_then(Satisfaction::of_points).map(Satisfaction::label),
        said: messages.into_iter().map(said).collect(),
    }
}

/// Where a conversation stands, in words.
fn state(conversation: &Conversation) -> &'static str {
    match conversation.state {
        State::Bot => "由系统自动答复；要请工作人员答复，在下面写就行",
        State::Waiting => "已转给工作人员，等待答复",
        State::Taken if conversation.waiting_since.is_some() => "工作人员正在办理",
        State::Taken => "工作人员已经答复",
        State::Closed => "已结束",
    }
}

/// When an answer may be expected.
fn expected(due: Timestamp, now: Timestamp) -> String {
    if due <= now {
        return "比平时久了一些，工作人员看到后会尽快答复；急事请打电话。".to_owned();
    }
    let minute = due.minute_of_day();
    let time = format!("{:02}:{:02}", minute / 60, minute % 60);
    let day = if due.day() == now.day() { "今天 ".to_owned() } else { format!("{} ", day_text(due.day())) };
    format!("一般在{day}{time} 前答复（按开放时间算）。")
}

fn said(message: Message) -> Said {
    let (who, is_readers) = match message.speaker {
        Speaker::Reader => ("您", true),
        Speaker::Bot => ("自动答复", false),
        Speaker::Staff | Speaker::Note | Speaker::System => ("工作人员", false),
    };
    let text = match &message.file {
        Some(file) => sent(file, &message.text),
        None if message.speaker == Speaker::Bot => without_tags(&message.text),
        None => message.text,
    };
    // Addresses that readers wrote lead nowhere.
    let pieces = if is_readers { vec![Piece { text, is_link: false }] } else { pieces(&text) };
    Said { who, is_readers, at: message.at.local_text(), pieces }
}

/// What a reader sent, in words: the file itself is not shown again.
fn sent(file: &SentFile, text: &str) -> String {
    let what = match file.kind {
        FileKind::Image => "您发来一张图片",
        FileKind::Voice => "您发来一段语音",
        FileKind::Video => "您发来一段视频",
    };
    let became = match file.state {
        FileState::Coming | FileState::Kept => "",
        FileState::Refused => "（馆里没有收到，请再发一次，或带到馆里来）",
        FileState::Gone => "（已清除）",
    };
    // Without recognised words the text only says what kind of message it was.
    let words = if text.starts_with('〔') { String::new() } else { format!("：{text}") };
    format!("{what}{became}{words}")
}

/// A text of the chat without its links: their addresses were for one opening.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once("<a href=\"") {
        out.push_str(before);
        rest = tag.split_once("\">").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.replace("</a>", "")
}

/// A text cut at the addresses in it.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_graphic() || "\"'<>()".contains(c)).unwrap_or(from.len());
        let (address, after) = from.split_at(end);
        pieces.push(Piece { text: before.to_owned(), is_link: false });
        pieces.push(Piece { text: address.to_owned(), is_link: true });
        rest = after;
    }
    pieces.push(Piece { text: rest.to_owned(), is_link: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use kernel::testing::MONDAY_MORNING;

    use super::*;

    #[test]
    fn addresses_become_links_and_nothing_else_does() {
        let shown = |text: &str| -> Vec<(String, bool)> {
            pieces(text).into_iter().map(|piece| (piece.text, piece.is_link)).collect()
        };
        let plain = |text: &str| (text.to_owned(), false);
        let link = |text: &str| (text.to_owned(), true);
        assert_eq!(
            shown("请看https://a.example/x?y=1，再看 javascript:alert(1)"),
            [plain("请看"), link("https://a.example/x?y=1"), plain("，再看 javascript:alert(1)")]
        );
        assert_eq!(shown("http://"), [link("http://")]);
        assert_eq!(shown(""), []);
    }

    #[test]
    fn what_a_reader_sent_is_a_line_that_says_so() {
        let ids = kernel::Ids::new(kernel::Clock::manual(MONDAY_MORNING).0, kernel::Random::seeded(1));
        let voice = wechat::message::Kind::Voice {
            media_id: "m".into(),
            format: "amr".into(),
            media_id_16k: None,
            recognition: None,
        };
        let mut file = SentFile::of(&voice, &ids).unwrap();
        assert_eq!(sent(&file, "〔语音〕"), "您发来一段语音");
        assert_eq!(sent(&file, "几点开门"), "您发来一段语音：几点开门");
        (file.kind, file.state) = (FileKind::Image, FileState::Refused);
        assert!(sent(&file, "〔图片〕").starts_with("您发来一张图片（馆里没有收到"));
    }

    #[test]
    fn tickets_in_old_answers_are_not_shown() {
        let told =
            without_tags("您可以：<a href=\"https://a.example/search?t=k.c.secret\">打开检索页</a>。<a href=\"x");
        assert_eq!(told, "您可以：打开检索页。");
    }

    #[test]
    fn when_an_answer_comes_is_told_by_the_opening_hours() {
        let monday = MONDAY_MORNING.day();
        let at = |day: i64, hour: i64| monday.plus(day).begins().plus_seconds(hour * 3600);
        assert_eq!(expected(at(0, 10), at(0, 9)), "一般在今天 10:00 前答复（按开放时间算）。");
        assert!(expected(at(0, 10), at(0, 10)).contains("尽快"));
        let told = expected(at(1, 9), at(0, 20));
        assert!(told.contains("星期二 09:00"), "{told}");
    }
}
