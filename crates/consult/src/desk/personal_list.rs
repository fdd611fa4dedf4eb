//! Readers who asked people, as a list of persons that may be taken along with a second person's approval.

use futures::future::{BoxFuture, FutureExt as _};
use identity::{Filters, Looked, PersonalList, PersonalListSource, Rows};
use kernel::{Actor, Code, Id, Permission, Problem, Result, Timestamp};

use super::ConversationsDesk;
use super::conversations::{Filter, wanted};
use crate::conversation::{Channel, Conversation, State};
use crate::store::conversation::{self as store, Wanted};

/// Conversations that are read at once.
const PART: i64 = 500;

impl PersonalListSource for ConversationsDesk {
    fn list(&self) -> PersonalList {
        PersonalList::Conversations
    }

    fn columns(&self) -> &'static [&'static str] {
        &["读者", "来源", "公众号", "状态", "办理人", "主题", "开始", "最近一条", "结束", "满意度"]
    }

    fn look<'a>(&'a self, actor: &'a Actor, filters: &'a Filters) -> BoxFuture<'a, Result<Looked>> {
        async move {
            let (wanted, told) = narrowed(actor, filters)?;
            let (_, rows) = store::list(&mut self.ground.db.read().await?, &wanted, (0, 1)).await?;
            Ok(Looked { rows, told })
        }
        .boxed()
    }

    fn rows<'a>(
        &'a self,
        actor: &'a Actor,
        (filters, until): (&'a Filters, Timestamp),
        after: Option<String>,
    ) -> BoxFuture<'a, Result<Rows>> {
        async move {
            let (wanted, _) = narrowed(actor, filters)?;
            let after = after.as_deref().and_then(Id::parse);
            let found = store::after(&mut self.ground.db.read().await?, &wanted, (until, after), PART).await?;
            let is_full = i64::try_from(found.len()).is_ok_and(|count| count == PART);
            let last = found.last().filter(|_| is_full).map(|one| one.id.uuid().to_string());
            Ok(Rows { cells: found.into_iter().map(cells).collect(), last })
        }
        .boxed()
    }
}

/// The conversations that the filters of the inbox leave, and the filters in words.
fn narrowed(actor: &Actor, filters: &Filters) -> Result<(Wanted, String)> {
    actor.must(Permission::AnswerReaders)?;
    let (mut filter, mut q, mut account) = (Filter::All, None, None);
    let mut told = Vec::new();
    for (name, value) in filters.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let value = value.trim().to_owned();
        let refuse = || Problem::new(Code::BadRequest, format!("筛选 {name}")).because("没有这一种筛选");
        match name.as_str() {
            "state" => {
                filter = Filter::named(&value).ok_or_else(refuse)?;
                told.extend(label(&filter).map(|label| format!("状态为{label}")));
            }
            "q" => {
                told.push(format!("含“{value}”"));
                q = Some(value);
            }
            "account" => {
                told.push(format!("公众号为 {value}"));
                account = Some(value);
            }
            _ => return Err(refuse().into()),
        }
    }
    Ok((Wanted { account, q, ..wanted(actor, &filter) }, told.join("，")))
}

/// What the inbox calls those that are shown; none for all.
const fn label(filter: &Filter) -> Option<&'static str> {
    match filter {
        Filter::Waiting => Some("待接手"),
        Filter::Mine => Some("我在办"),
        Filter::Taken => Some("同事在办"),
        Filter::Bot => Some("自动答复中"),
        Filter::Closed => Some("已结束"),
        Filter::All => None,
    }
}

fn cells(one: Conversation) -> Vec<String> {
    let state = match one.state {
        State::Bot => "自动答复中",
        State::Waiting => "待接手",
        State::Taken => "在办",
        State::Closed => "已结束",
    };
    let channel = match one.channel {
        Channel::Wechat => "微信",
        Channel::Telephone => "电话",
    };
    vec![
        one.reader_name,
        channel.to_owned(),
        one.follower.map(|(account, _)| account).unwrap_or_default(),
        state.to_owned(),
        one.assigned_to.unwrap_or_default(),
        one.topic.unwrap_or_default(),
        one.opened_at.local_text(),
        one.last_at.local_text(),
        one.closed_at.map(Timestamp::local_text).unwrap_or_default(),
        one.satisfaction.map(|given| given.to_string()).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use kernel::testing::both;

    use super::super::conversations::tests::{Room, archivist};
    use super::*;

    fn filters(of: &[(&str, &str)]) -> Filters {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[tokio::test]
    async fn the_filters_of_the_inbox_narrow_the_list_and_nobody_comes_in_later() {
        both(|db| async {
            let room = Room::on(db).await;
            let own = archivist("小张");
            let first = room.waiting("o1", "婚姻档案").await;
            room.waiting("o2", "几点开门").await;
            room.desk.take(&own, first).await.unwrap();
            let until = room.ground.clock.now();
            room.hand.advance(1);
            room.waiting("o3", "婚姻登记").await;

            let all = filters(&[("state", "all"), ("q", ""), ("account", "")]);
            let looked = room.desk.look(&own, &all).await.unwrap();
            assert_eq!((looked.rows, looked.told.as_str()), (3, ""));
            let rows = room.desk.rows(&own, (&all, until), None).await.unwrap();
            let names: Vec<&str> = rows.cells.iter().map(|row| row[0].as_str()).collect();
            assert_eq!((names, rows.last), (vec!["读者 o1", "读者 o2"], None));
            assert!(rows.cells.iter().all(|row| row.len() == room.desk.columns().len()));

            let mine = filters(&[("state", "mine")]);
            let looked = room.desk.look(&own, &mine).await.unwrap();
            assert_eq!((looked.rows, looked.told.as_str()), (1, "状态为我在办"));
            assert_eq!(room.desk.look(&archivist("小李"), &mine).await.unwrap().rows, 0);
            let said = filters(&[("q", "婚姻")]);
            assert_eq!(room.desk.look(&own, &said).await.unwrap().rows, 2);

            let after = Some(first.uuid().to_string());
            let rows = room.desk.rows(&own, (&all, until), after).await.unwrap();
            assert_eq!(rows.cells.len(), 1, "what follows a mark");
            let wrong = [filters(&[("state", "gone")]), filters(&[("openid", "o1")])];
            for one in &wrong {
                assert_eq!(room.desk.look(&own, one).await.unwrap_err().shown().code(), Code::BadRequest);
            }
            let auditor = Actor::new("赵审", vec![kernel::Role::Auditor]);
            assert_eq!(room.desk.look(&auditor, &all).await.unwrap_err().shown().code(), Code::Forbidden);
        })
        .await;
    }
}
