//! Learning from what readers ask: figures by day, and questions nobody could answer, alike ones together.

use std::collections::HashMap;

use kernel::events::{Answered, Heard, Listener, QuestionHeard};
use kernel::{Actor, Code, Day, Ground, Permission, Problem, Result, Timestamp, Tx};

use crate::faq::{Shape, Weights};
use crate::store::{conversation, learning as store};

/// Questions that are put together at most: beyond the most asked ones nobody looks.
const MOST: i64 = 500;
/// From here on two questions are one.
const ALIKE: f64 = 0.6;
/// The longest question that is kept, in characters: a story is nobody else's question.
const LONGEST: usize = 120;
/// Examples of a question that are shown.
const EXAMPLES: usize = 5;

/// Questions that are alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unanswered {
    /// The most asked of them.
    pub text: String,
    /// How often they were asked.
    pub count: i64,
    /// Others of them.
    pub examples: Vec<String>,
    /// When one of them was last asked.
    pub last_at: Timestamp,
}

/// Figures of a day.
#[derive(Clone, PartialEq, Debug)]
pub struct DayFigures {
    /// The day.
    pub day: Day,
    /// The ways in which questions were answered and how many they were.
    pub ways: HashMap<String, i64>,
    /// Half of those who had the first answer of a person on this day waited so many seconds at most.
    pub first_response_seconds: Option<i64>,
    /// Conversations with people that ended.
    pub resolved: i64,
}

/// Figures of a stretch of days.
#[derive(Clone, PartialEq, Debug)]
pub struct Figures {
    /// Each day.
    pub days: Vec<DayFigures>,
    /// Half of those who waited for a person had the first answer within so many seconds.
    pub first_response_seconds: Option<i64>,
    /// Conversations that were escalated.
    pub escalated: i64,
    /// Conversations with people that ended.
    pub resolved: i64,
}

/// What is learned; cheap to clone.
#[derive(Clone, Debug)]
pub struct Learning {
    ground: Ground,
}

impl Listener for Learning {
    const NAME: &'static str = "consult.learning";

    fn ground(&self) -> &Ground {
        &self.ground
    }

    async fn take_in(&self, tx: &mut Tx, heard: Vec<Heard>) -> Result<()> {
        let mut days: HashMap<(Day, &'static str), i64> = HashMap::new();
        let mut missed: HashMap<String, (String, i64, Timestamp)> = HashMap::new();
        for event in &heard {
            let Some(question) = event.read::<QuestionHeard>() else { continue };
            *days.entry((event.happened_at.day(), name(question.answered))).or_default() += 1;
            let key = key(&question.text);
            if question.answered == Answered::Default && !key.is_empty() {
                let one = missed.entry(key).or_insert((question.text, 0, event.happened_at));
                *one = (one.0.clone(), one.1 + 1, event.happened_at);
            }
        }
        for ((day, answered), questions) in days {
            store::count(tx, day, answered, questions).await?;
        }
        for (key, (text, asked, at)) in missed {
            store::miss(tx, (&key, &text), asked, at).await?;
        }
        Ok(())
    }
}

impl Learning {
    /// The learning of a house.
    pub const fn new(ground: Ground) -> Self {
        Self { ground }
    }

    /// Questions nobody could answer, alike ones together, the most asked first.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn unanswered(&self, actor: &Actor) -> Result<Vec<Unanswered>> {
        actor.must(Permission::KeepAnswers)?;
        let missed = store::missed(&mut self.ground.db.read().await?, MOST).await?;
        let mut clusters: Vec<(Shape, Unanswered)> = Vec::new();
        for (text, count, last_at) in missed {
            let shape = Shape::of(&text);
            match clusters.iter_mut().find(|(leader, _)| leader.likeness(&shape, &Weights::default()) >= ALIKE) {
                Some((_, cluster)) => {
                    cluster.count += count;
                    cluster.last_at = cluster.last_at.max(last_at);
                    if cluster.examples.len() < EXAMPLES {
                        cluster.examples.push(text);
                    }
                }
                None => clusters.push((shape, Unanswered { text, count, examples: Vec::new(), last_at })),
            }
        }
        let mut found: Vec<Unanswered> = clusters.into_iter().map(|(_, cluster)| cluster).collect();
        found.sort_by_key(|cluster| std::cmp::Reverse((cluster.count, cluster.last_at)));
        Ok(found)
    }

    /// Lays a question and those like it aside.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotFound`] if it is not there; the database's.
    pub async fn dismiss(&self, actor: &Actor, text: &str) -> Result<()> {
        let found = self.unanswered(actor).await?.into_iter().find(|cluster| cluster.text == text);
        let found = found.ok_or_else(|| Problem::new(Code::NotFound, "这个问题"))?;
        let shape = Shape::of(&found.text);
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        for (text, ..) in store::missed(&mut tx, MOST).await? {
            if shape.likeness(&Shape::of(&text), &Weights::default()) >= ALIKE || text == found.text {
                store::dismiss(&mut tx, &key(&text), now).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// The figures of so many days, today the last of them.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn figures(&self, actor: &Actor, days: i64) -> Result<Figures> {
        actor.must(Permission::AnswerReaders)?;
        let today = self.ground.clock.now().day();
        let first = today.plus(1 - days.clamp(1, 366));
        let mut tx = self.ground.db.read().await?;
        let counted = store::days(&mut tx, first).await?;
        let answers = conversation::answers(&mut tx, first.begins()).await?;
        let ended = conversation::resolved(&mut tx, first.begins()).await?;
        let escalated = conversation::escalated_since(&mut tx, first.begins()).await?;
        drop(tx);
        let mut waits: HashMap<Day, Vec<i64>> = HashMap::new();
        for (opened, answered) in answers {
            waits.entry(answered.day()).or_default().push(answered.seconds_since(opened));
        }
        let first_response_seconds = middle(waits.values().flatten().copied().collect());
        let figures = |day: Day| DayFigures {
            day,
            ways: HashMap::new(),
            first_response_seconds: waits.get(&day).cloned().and_then(middle),
            resolved: 0,
        };
        let mut days: Vec<DayFigures> = (0..days.clamp(1, 366)).map(|number| figures(first.plus(number))).collect();
        for (day, answered, questions) in counted {
            if let Some(one) = days.iter_mut().find(|one| one.day.to_string() == day) {
                one.ways.insert(answered, questions);
            }
        }
        for at in &ended {
            if let Some(one) = days.iter_mut().find(|one| one.day == at.day()) {
                one.resolved += 1;
            }
        }
        let resolved = days.iter().map(|one| one.resolved).sum();
        Ok(Figures { days, first_response_seconds, escalated, resolved })
    }
}

/// The one in the middle.
fn middle(mut numbers: Vec<i64>) -> Option<i64> {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied()
}

const fn name(answered: Answered) -> &'static str {
    match answered {
        Answered::Rule => "rule",
        Answered::Faq => "faq",
        Answered::Records => "records",
        Answered::Guidance => "guidance",
        Answered::Default => "default",
    }
}

/// A question in its searchable form; empty for what is no question.
fn key(text: &str) -> String {
    let key: String = chinese::normalise(text).chars().filter(|c| c.is_alphanumeric()).collect();
    if key.chars().count() < 2 || key.chars().count() > LONGEST { String::new() } else { key }
}

#[cfg(test)]
mod tests {
    use kernel::Role;
    use kernel::testing::{both, ground};

    use super::*;

    #[tokio::test]
    async fn questions_are_counted_once_and_alike_ones_put_together() {
        both(|db| async {
            let (ground, _hand) = ground(db);
            let (learning, now) = (Learning::new(ground.clone()), ground.clock.now());
            let mut tx = ground.db.begin().await.unwrap();
            for (text, answered) in [
                ("族谱可以带走吗", Answered::Default),
                ("请问族谱可以带走吗？", Answered::Default),
                ("族谱可以带走吗！", Answered::Default),
                ("停车场在哪里", Answered::Default),
                ("开放时间", Answered::Rule),
                ("", Answered::Guidance),
            ] {
                let event = QuestionHeard { account: "demo".into(), text: text.into(), answered };
                kernel::events::tell(&mut tx, now, &event).await.unwrap();
            }
            tx.commit().await.unwrap();
            assert_eq!(learning.listen().await.unwrap(), 6);
            assert_eq!(learning.listen().await.unwrap(), 0, "each once");
            let actor = Actor::new("小王", vec![Role::Archivist]);
            let found = learning.unanswered(&actor).await.unwrap();
            let told: Vec<(&str, i64)> = found.iter().map(|one| (one.text.as_str(), one.count)).collect();
            assert_eq!(told, [("族谱可以带走吗", 3), ("停车场在哪里", 1)]);
            learning.dismiss(&actor, "族谱可以带走吗").await.unwrap();
            assert_eq!(learning.unanswered(&actor).await.unwrap().len(), 1);
            let figures = learning.figures(&actor, 7).await.unwrap();
            let today = figures.days.last().unwrap();
            let ways = &today.ways;
            assert_eq!((today.day, ways["default"], ways["rule"], ways["guidance"]), (now.day(), 4, 1, 1));
            assert_eq!((today.first_response_seconds, today.resolved), (None, 0));
            assert_eq!((figures.days.len(), figures.first_response_seconds, figures.resolved), (7, None, 0));
        })
        .await;
    }
}
