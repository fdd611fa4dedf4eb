//! Statistics of what the followers here did (reference §11).

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use wechat::wire::statistics::{
    ALL_SOURCES, ArticleDay, ArticleTotal, ArticleTotalDay, Days, FollowerMoves, FollowerTotal, ReadingCounts,
    ReadingHour, UpstreamMessages,
};

use super::Call;
use crate::clock::{day, read_day, written_day};
use crate::fail::{Answer, Fail, Outcome};
use crate::page::{Page, Way, whole};

/// The hour of Shanghai at which yesterday's numbers are there.
const READY: i64 = 8 * 3600;
/// Days an article is followed after its push.
const FOLLOWED: i64 = 7;

/// The days asked for: 61500 if they are no dates, 61501 for more than `span` or one that is not over, 61503 for
/// yesterday before 8 o'clock.
fn days(call: &Call<'_>, span: i64) -> Result<RangeInclusive<i64>, Fail> {
    let asked: Days = call.json()?;
    let read = |text: &str| read_day(text).ok_or_else(|| Fail::new(61500));
    let (begin, end) = (read(&asked.begin_date)?, read(&asked.end_date)?);
    let today = day(call.now);
    if begin > end || end - begin >= span || end >= today {
        return Err(Fail::new(61501));
    }
    let into_day = call.now.saturating_add(8 * 3600).rem_euclid(86_400);
    if end == today - 1 && into_day < READY {
        return Err(Fail::new(61503));
    }
    Ok(begin..=end)
}

fn listed(lines: impl Iterator<Item = Value>) -> Outcome {
    let list: Vec<Value> = lines.collect();
    Ok(Answer::Json(json!({"list": list})))
}

fn msgid(page: &Page) -> String {
    format!("{}_{}", page.msg_data_id, page.index)
}

/// Pushed articles somebody did something with on one day.
pub(super) fn article_summary(call: &mut Call<'_>) -> Outcome {
    let days = days(call, 1)?;
    let pushed = call.account.pages.values().filter(|page| page.way == Way::Push);
    let of_day = pushed.map(|page| ArticleDay {
        ref_date: written_day(*days.start()),
        msgid: msgid(page),
        title: page.article.title.clone(),
        counts: page.counts(days.clone()),
    });
    let read = of_day.filter(|line| line.counts != ReadingCounts::default());
    listed(read.map(|line| json!(line)))
}

/// Articles pushed on one day, with their growth over the days since.
pub(super) fn article_total(call: &mut Call<'_>) -> Outcome {
    let pushed_on = *days(call, 1)?.start();
    let ready = (call.now.saturating_sub(READY)).saturating_add(8 * 3600).div_euclid(86_400) - 1;
    let pushed = call.account.pages.values().filter(|page| page.way == Way::Push && day(page.at) == pushed_on);
    let total = pushed.map(|page| {
        let of_day = |at: i64| ArticleTotalDay {
            stat_date: written_day(at),
            target_user: page.targets,
            counts: page.counts(pushed_on..=at),
        };
        json!(ArticleTotal {
            ref_date: written_day(pushed_on),
            msgid: msgid(page),
            title: page.article.title.clone(),
            details: (pushed_on..=ready.min(pushed_on + FOLLOWED - 1)).map(of_day).collect(),
        })
    });
    listed(total)
}

/// What readers did in each hour of a day with all articles: everybody here comes from a chat.
pub(super) fn reading_hours(call: &mut Call<'_>) -> Outcome {
    let day = *days(call, 1)?.start();
    let deeds = call.account.pages.values().flat_map(|page| page.deeds.iter().cloned()).collect();
    let all = Page { deeds, ..Page::default() };
    let hours = (0..24).map(|hour| (hour, all.counts_in_hour(day, hour)));
    let read = hours.filter(|(_, counts)| *counts != ReadingCounts::default());
    listed(read.flat_map(|(hour, counts)| {
        [0, ALL_SOURCES].map(|user_source| {
            json!(ReadingHour { ref_date: written_day(day), ref_hour: hour * 100, user_source, counts })
        })
    }))
}

/// New and lost followers by day and source.
pub(super) fn user_summary(call: &mut Call<'_>) -> Outcome {
    let days = days(call, 7)?;
    let moves = call.account.days.range(days).flat_map(|(at, day)| {
        day.moves.iter().map(|(source, (came, left))| {
            json!(FollowerMoves {
                ref_date: written_day(*at),
                user_source: i64::from(*source),
                new_user: *came,
                cancel_user: *left,
            })
        })
    });
    listed(moves)
}

/// Followers at the end of each day.
pub(super) fn user_cumulate(call: &mut Call<'_>) -> Outcome {
    let total = |at: i64| {
        let cumulate_user = call.account.followers_at_end_of(at);
        json!(FollowerTotal { ref_date: written_day(at), user_source: 0, cumulate_user })
    };
    listed(days(call, 7)?.map(total))
}

/// What followers wrote, by day and type.
pub(super) fn upstream(call: &mut Call<'_>) -> Outcome {
    let days = days(call, 7)?;
    let messages = call.account.days.range(days).flat_map(|(at, day)| {
        day.messages.iter().map(|(kind, of)| {
            json!(UpstreamMessages {
                ref_date: written_day(*at),
                msg_type: i64::from(*kind),
                msg_user: whole(of.len()),
                msg_count: of.values().sum(),
            })
        })
    });
    listed(messages)
}
