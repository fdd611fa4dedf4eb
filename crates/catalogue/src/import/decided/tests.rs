//! Files and decisions on both databases: whatever comes later, the decision stands.

use kernel::testing::{both, ground};
use kernel::{Actor, Day, Ground, Role};

use crate::Openness;
use crate::desk::{Chosen, Consulted, Draft, Given, Resolved, Reviews};
use crate::import::tests::{HEADER, counts, done, import, records};
use crate::import::{Approval, Import, ImportResult, RollBack, batches};
use crate::review::{Reason, Said, Step, Verdict};

const CODE: &str = "X001-1-1";

fn archivist(name: &str) -> Actor {
    Actor::new(name, vec![Role::Archivist])
}

fn director() -> Actor {
    Actor::new("馆长", vec![Role::Director])
}

async fn bring(ground: &Ground, title: &str, openness: &str) -> ImportResult {
    let approval = Approval::of(&archivist("甲"), &director()).unwrap();
    let by_two = Import { approval: Some(approval), ..import("") };
    let file = format!("{HEADER},公布\n{CODE},{title},,1986,某局,永久,{openness},\n");
    done(&by_two, ground, file.as_bytes()).await
}

fn warned(result: &ImportResult) -> Vec<(&str, Option<&str>)> {
    result.problems.iter().map(|one| (one.code.as_ref(), one.column.as_deref())).collect()
}

async fn stands(ground: &Ground) -> (String, Openness, bool) {
    let record = records(&ground.db).await.remove(0);
    let statuses = &record.description.statuses;
    (record.description.title.clone(), statuses.openness, statuses.published)
}

/// Decides about the record and carries that out.
async fn decide(ground: &Ground, said: &Said) {
    let reviews = Reviews::new(ground, "435001");
    let draft = Draft { title: "一".into(), early: None, chosen: Chosen::Codes(vec![CODE.into()]) };
    let batch = reviews.draft(&archivist("甲"), &draft).await.unwrap().batch;
    let given = Given::All(said.clone());
    reviews.opine(&archivist("甲"), batch, Step::Initial, &given).await.unwrap();
    reviews.opine(&archivist("乙"), batch, Step::Second, &given).await.unwrap();
    reviews.send(&archivist("甲"), batch, &Consulted::Alone("无继承单位".into())).await.unwrap();
    let resolved = Resolved {
        document_number: "1号".into(),
        review_on: Day::from_civil(2031, 1, 1),
        authority: Some(("县档案局".into(), "3号".into())),
        ..Resolved::default()
    };
    reviews.decide(&director(), batch, &resolved).await.unwrap();
    assert_eq!(reviews.carry_out(&director(), batch, &mut |_| ()).await.unwrap().done, 1);
}

#[tokio::test]
async fn a_file_says_nothing_against_what_was_opened_or_published() {
    both(|db| async move {
        let (ground, _) = ground(db);
        bring(&ground, "甲", "未审核").await;
        decide(&ground, &Said::plain(Verdict::Open)).await;
        let same = bring(&ground, "甲", "未审核").await;
        assert_eq!((counts(&same), warned(&same).len()), ((1, 0, 0, 1, 0), 1), "unchanged, and told");
        let again = bring(&ground, "乙", "控制").await;
        assert_eq!(counts(&again), (1, 0, 1, 0, 0));
        assert_eq!(warned(&again), [("decided-openness-kept", Some("开放标识"))]);
        assert!(again.problems[0].message.contains("“控制使用”没有采用"), "{}", again.problems[0].message);
        assert_eq!(stands(&ground).await, ("乙".into(), Openness::Open, false), "the rest is updated");
        assert_eq!(warned(&bring(&ground, "丙", "开放").await), [], "it says what was decided");

        let reviews = Reviews::new(&ground, "435001");
        reviews.publish(&director(), &[CODE.into()], "2号").await.unwrap();
        let unpublishing = bring(&ground, "丁", "开放").await;
        assert_eq!(warned(&unpublishing), [("decided-openness-kept", Some("公布"))]);
        assert_eq!(stands(&ground).await, ("丁".into(), Openness::Open, true));
    })
    .await;
}

#[tokio::test]
async fn a_file_opens_nothing_that_was_closed_or_deferred() {
    both(|db| async move {
        let (ground, _) = ground(db);
        bring(&ground, "甲", "未审核").await;
        decide(&ground, &Said { reason: Some(Reason::Rights), ..Said::plain(Verdict::Defer) }).await;
        let deferred = bring(&ground, "乙", "开放").await;
        assert_eq!((deferred.opened, warned(&deferred).len()), (0, 1));
        assert_eq!(stands(&ground).await, ("乙".into(), Openness::Deferred, false));
    })
    .await;
    both(|db| async move {
        let (ground, _) = ground(db);
        bring(&ground, "甲", "开放").await;
        let reviews = Reviews::new(&ground, "435001");
        reviews.close(&director(), &[CODE.into()], "误开放").await.unwrap();
        let dry = Import { dry_run: true, ..import("") };
        let file = format!("{HEADER}\n{CODE},甲,,1986,某局,永久,开放\n");
        let rehearsed = done(&dry, &ground, file.as_bytes()).await;
        let closed = done(&import(""), &ground, file.as_bytes()).await;
        assert_eq!(
            (counts(&closed), warned(&closed)),
            ((1, 0, 0, 1, 0), vec![("decided-openness-kept", Some("开放标识"))])
        );
        assert_eq!((rehearsed.opened, warned(&rehearsed)), (0, warned(&closed)), "a rehearsal says it before");
        assert_eq!(stands(&ground).await.1, Openness::Controlled);
    })
    .await;
}

#[tokio::test]
async fn a_rollback_undoes_no_decision() {
    both(|db| async move {
        let (ground, _) = ground(db);
        bring(&ground, "甲", "未审核").await;
        decide(&ground, &Said::plain(Verdict::Open)).await;
        bring(&ground, "乙", "控制").await;
        let rolling = |batch| RollBack {
            institution: "435001".into(),
            batch,
            actor: archivist("甲"),
            approval: Some(Approval::of(&archivist("甲"), &director()).unwrap()),
        };
        let newest = batches(&ground.db).await.unwrap()[0].number;
        assert_eq!(rolling(newest).run(&ground, &mut |_| ()).await.unwrap().restored, 1);
        assert_eq!(stands(&ground).await, ("甲".into(), Openness::Open, false), "it was open before that file");
        let refused = rolling(1).run(&ground, &mut |_| ()).await.unwrap_err().to_string();
        assert!(refused.contains("开放审批"), "{refused}");
    })
    .await;
}
