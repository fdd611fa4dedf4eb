//! Who may see what: the one place that decides.

use kernel::{PersonId, Role, Timestamp, Viewer};

use crate::{Classification, Disclosure, Livelihood, Openness, Restriction};

/// What a viewer may see of a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Access {
    /// Nothing: it looks as if the record were not there.
    Hidden,
    /// The description.
    Description,
    /// The description and the original.
    Full,
}

/// The statuses of a record that decide about access.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Statuses {
    /// 密级
    pub classification: Classification,
    /// 开放标识
    pub openness: Openness,
    /// 公开属性
    pub disclosure: Disclosure,
    /// 公布: whether showing the original was approved (档案法 32).
    pub published: bool,
    /// The donor's limit (档案法 31).
    pub restriction: Restriction,
    /// The category, if the record is about a single person.
    pub livelihood: Option<Livelihood>,
}

/// What is known about the viewer and this record beyond its statuses.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// Who is looking.
    pub viewer: &'a Viewer,
    /// The persons the record is about, as far as they are known.
    pub subjects: &'a [PersonId],
    /// To whom a permission for this record was given, and when it ends.
    pub grant: Option<(PersonId, Timestamp)>,
    /// The present moment.
    pub now: Timestamp,
}

/// Decides what a viewer may see of a record.
///
/// 内部 never leaves the console. A donor's limit caps everything. Open records that are about nobody show their
/// description to everyone, and their original once it is published. A person sees the description of the rows that
/// are about them; a permission shows the record to whom it was given until it ends.
pub fn decide(statuses: &Statuses, asking: &Asking<'_>) -> Access {
    if let Viewer::Staff(roles) = asking.viewer
        && roles.iter().any(|role| matches!(role, Role::Archivist | Role::Director))
    {
        return if statuses.restriction == Restriction::None { Access::Full } else { Access::Description };
    }
    let cap = match statuses.restriction {
        Restriction::None => Access::Full,
        Restriction::DescriptionOnly => Access::Description,
        Restriction::Closed => Access::Hidden,
    };
    if statuses.classification == Classification::Internal {
        return Access::Hidden;
    }
    let by_right = match for_everyone(*statuses) {
        Access::Hidden if acts_for_subject(asking) => Access::Description,
        everyone => everyone,
    };
    let granted = if is_granted(asking) { Access::Full } else { Access::Hidden };
    by_right.max(granted).min(cap)
}

/// Whether a viewer may see one original of a record: only with the whole record, and unless this original is withheld
/// by itself. Staff see what is withheld, to decide about it.
pub fn shows_original(statuses: &Statuses, withheld: bool, asking: &Asking<'_>) -> bool {
    let keeper = matches!(asking.viewer, Viewer::Staff(_));
    decide(statuses, asking) == Access::Full && (!withheld || keeper)
}

/// What the public index may hold: records whose description everybody may see. It is the same rule as for an
/// unknown viewer, so that no search can show more than its records' pages.
pub fn in_public_index(statuses: &Statuses) -> bool {
    let nobody = Asking { viewer: &Viewer::Public, subjects: &[], grant: None, now: Timestamp::from_micros(0) };
    decide(statuses, &nobody) > Access::Hidden
}

/// What keeps a record from everybody although it is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bar {
    /// 内部
    Internal,
    /// The donor's limit (档案法 31).
    Restriction,
    /// It is about a single person.
    Livelihood,
    /// 公开属性：不公开
    Withheld,
}

impl Bar {
    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Internal => "密级为内部，不得向社会开放",
            Self::Restriction => "捐赠或寄存者限制利用（档案法第三十一条）",
            Self::Livelihood => "属于民生档案，只供本人查阅",
            Self::Withheld => "公开属性为不公开",
        }
    }
}

/// What outranks an opening: with any of these, opening the record would show it to nobody. It agrees with
/// [`in_public_index`].
pub fn bar(statuses: &Statuses) -> Option<Bar> {
    match statuses {
        Statuses { restriction: Restriction::Closed, .. } => Some(Bar::Restriction),
        Statuses { classification: Classification::Internal, .. } => Some(Bar::Internal),
        Statuses { livelihood: Some(_), .. } => Some(Bar::Livelihood),
        Statuses { disclosure: Disclosure::Withheld, .. } => Some(Bar::Withheld),
        _ => None,
    }
}

fn for_everyone(statuses: Statuses) -> Access {
    let open = statuses.openness == Openness::Open && statuses.livelihood.is_none();
    match statuses.disclosure {
        Disclosure::Unstated | Disclosure::Active if open && statuses.published => Access::Full,
        Disclosure::Unstated | Disclosure::Active | Disclosure::OnRequest if open => Access::Description,
        _ => Access::Hidden,
    }
}

/// Whether the record is about the verified person, or about the person a verified agent acts for.
fn acts_for_subject(asking: &Asking<'_>) -> bool {
    match asking.viewer {
        Viewer::Verified(person) => asking.subjects.contains(person),
        Viewer::Agent { principal, .. } => asking.subjects.contains(principal),
        Viewer::Public | Viewer::Reader(_) | Viewer::Staff(_) => false,
    }
}

/// A permission is for one verified person; an agent uses that of the person acted for, or their own.
fn is_granted(asking: &Asking<'_>) -> bool {
    let Some((person, until)) = asking.grant else { return false };
    let theirs = match asking.viewer {
        Viewer::Verified(viewer) => *viewer == person,
        Viewer::Agent { agent, principal } => *agent == person || *principal == person,
        Viewer::Public | Viewer::Reader(_) | Viewer::Staff(_) => false,
    };
    theirs && asking.now < until
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;

    fn person(n: u8) -> PersonId {
        Id::parse(&format!("01890000-0000-7000-8000-0000000000{n:02x}")).unwrap()
    }

    fn viewers() -> Vec<Viewer> {
        vec![
            Viewer::Public,
            Viewer::Reader(person(1)),
            Viewer::Verified(person(1)),
            Viewer::Agent { agent: person(2), principal: person(1) },
            Viewer::Staff(vec![Role::Editor, Role::SystemAdministrator, Role::SecurityAdministrator, Role::Auditor]),
            Viewer::Staff(vec![Role::Archivist]),
            Viewer::Staff(vec![Role::Director]),
        ]
    }

    fn all_statuses() -> Vec<Statuses> {
        let mut all = Vec::new();
        for classification in [Classification::None, Classification::Internal] {
            for openness in Openness::ALL {
                for disclosure in Disclosure::ALL {
                    for restriction in Restriction::ALL {
                        for published in [false, true] {
                            for livelihood in [None, Some(Livelihood::Marriage), Some(Livelihood::Personal)] {
                                all.push(Statuses {
                                    classification,
                                    openness,
                                    disclosure,
                                    published,
                                    restriction,
                                    livelihood,
                                });
                            }
                        }
                    }
                }
            }
        }
        all
    }

    /// The rule once more, as a table of sentences, written independently of the code above.
    fn expected(s: Statuses, viewer: &Viewer, is_subject: bool, granted: bool) -> Access {
        let keeper = matches!(viewer, Viewer::Staff(roles) if roles.contains(&Role::Archivist) || roles.contains(&Role::Director));
        let identified = matches!(viewer, Viewer::Verified(_) | Viewer::Agent { .. });
        let everyone = s.openness == Openness::Open && s.livelihood.is_none() && s.disclosure != Disclosure::Withheld;
        match (keeper, s.classification, s.restriction) {
            (true, _, Restriction::None) => Access::Full,
            (true, _, _) => Access::Description,
            (false, Classification::Internal, _) | (false, _, Restriction::Closed) => Access::Hidden,
            (false, _, limit) => {
                let limited = limit == Restriction::DescriptionOnly;
                let full =
                    (granted && identified) || (everyone && s.published && s.disclosure != Disclosure::OnRequest);
                let described = full || everyone || (is_subject && identified);
                match (full, described) {
                    (true, _) if !limited => Access::Full,
                    (_, true) => Access::Description,
                    _ => Access::Hidden,
                }
            }
        }
    }

    #[test]
    fn every_combination_of_statuses_viewer_and_grant() {
        let now = Timestamp::from_seconds(1000);
        let mut seen = 0;
        for statuses in all_statuses() {
            for viewer in viewers() {
                for is_subject in [false, true] {
                    for (grant, granted) in [
                        (None, false),
                        (Some((person(1), now.plus_seconds(1))), true),
                        (Some((person(1), now)), false),
                        (Some((person(9), now.plus_seconds(1))), false),
                    ] {
                        let subjects = if is_subject { vec![person(7), person(1)] } else { vec![person(7)] };
                        let asking = Asking { viewer: &viewer, subjects: &subjects, grant, now };
                        let want = expected(statuses, &viewer, is_subject, granted);
                        assert_eq!(decide(&statuses, &asking), want, "{statuses:?} {viewer:?} {is_subject} {grant:?}");
                        seen += 1;
                    }
                }
            }
        }
        assert_eq!(seen, 2 * 4 * 4 * 3 * 2 * 3 * 7 * 2 * 4);
    }

    #[test]
    fn what_is_open_and_not_barred_is_for_everybody() {
        for statuses in all_statuses() {
            let open = Statuses { openness: Openness::Open, ..statuses };
            assert_eq!(in_public_index(&open), bar(&statuses).is_none(), "{statuses:?}");
        }
    }

    #[test]
    fn an_original_is_shown_only_with_all_of_its_record() {
        let now = Timestamp::from_seconds(1000);
        for statuses in all_statuses() {
            for viewer in viewers() {
                let asking = Asking { viewer: &viewer, subjects: &[], grant: None, now };
                let full = decide(&statuses, &asking) == Access::Full;
                assert_eq!(shows_original(&statuses, false, &asking), full);
                let withheld = shows_original(&statuses, true, &asking);
                assert_eq!(withheld, full && matches!(viewer, Viewer::Staff(_)), "{statuses:?} {viewer:?}");
            }
        }
    }

    #[test]
    fn the_public_index_holds_open_impersonal_records_only() {
        for statuses in all_statuses().iter().filter(|statuses| in_public_index(statuses)) {
            assert_eq!(statuses.openness, Openness::Open);
            assert_eq!(statuses.classification, Classification::None);
            assert_eq!(statuses.livelihood, None);
            assert_ne!(statuses.restriction, Restriction::Closed);
            assert_ne!(statuses.disclosure, Disclosure::Withheld);
        }
    }
}
