//! How far a batch has come: each step takes the stage it begins from and gives the next.

use kernel::Permission;

use super::Step;

/// What a batch decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Whether to open records that are due (档案法 27: 25 years).
    Due,
    /// Whether to open records before their 25 years are over, on a legal ground.
    Early,
    /// To close records at once.
    Closing,
    /// To show originals (公布, 档案法 32).
    Publication,
    /// To show originals no longer.
    Unpublication,
}

/// How far a batch has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Its records are chosen; initial opinions are being given.
    Drafted,
    /// Every record has its initial opinion; second opinions are being given.
    Initial,
    /// Every record has its second opinion.
    Second,
    /// The creating body or its successor was asked.
    Sent,
    /// It has answered, or there is nobody to ask.
    Joint,
    /// The final decision was made; it is being carried out.
    Decided,
    /// Every record is as was decided, or was refused.
    CarriedOut,
    /// Nothing came of it.
    Withdrawn,
}

/// Why a step cannot be made now.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Misstep {
    /// Another step comes first, or it was made already.
    #[error("现在是“{}”，{wanted}", stage.label())]
    NotNow {
        /// Where it stands.
        stage: Stage,
        /// What would have to be.
        wanted: &'static str,
    },
    /// The record is not in the batch.
    #[error("不在这个批次里")]
    Stranger(i64),
    /// The same person may not give both opinions.
    #[error("{0} 已经给出初审意见，复审须由另一人进行")]
    SamePerson(String),
    /// Whoever gave an opinion may not decide.
    #[error("{0} 已经给出初审或复审意见，终审须由第三人决定")]
    NotThird(String),
    /// What stays closed needs a reason.
    #[error("不开放的须写明理由")]
    NoReason(i64),
    /// What stays closed needs a day of its next review.
    #[error("不开放的须写明下次审核日期")]
    NoReviewDate(i64),
    /// The opinions differ, and the final decision says nothing.
    #[error("各步意见不一致，终审须逐条写明")]
    Undecided(i64),
    /// Reg. 31: who agrees that it stays closed.
    #[error("形成已满 25 年仍不开放的，须写明同意延期的档案主管部门和文号（档案法实施条例第三十一条）")]
    NoAuthority(i64),
    /// Some of it was carried out.
    #[error("已有记录按决定办理，不能撤回；请执行完毕后另行处理")]
    Begun,
}

impl Misstep {
    /// The record it is about.
    pub const fn record(&self) -> Option<i64> {
        match self {
            Self::Stranger(number)
            | Self::NoReason(number)
            | Self::NoReviewDate(number)
            | Self::Undecided(number)
            | Self::NoAuthority(number) => Some(*number),
            Self::NotNow { .. } | Self::SamePerson(_) | Self::NotThird(_) | Self::Begun => None,
        }
    }
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Due, Self::Early, Self::Closing, Self::Publication, Self::Unpublication];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Early => "early",
            Self::Closing => "closing",
            Self::Publication => "publication",
            Self::Unpublication => "unpublication",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Due => "到期开放审核",
            Self::Early => "提前开放审核",
            Self::Closing => "停止开放",
            Self::Publication => "公布",
            Self::Unpublication => "撤回公布",
        }
    }

    /// The kind of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// What whoever carries it out must be allowed to do.
    pub const fn carried_out_by(self) -> Permission {
        match self {
            Self::Publication | Self::Unpublication => Permission::Publish,
            Self::Due | Self::Early | Self::Closing => Permission::DecideOpenness,
        }
    }

    /// Whether it can open records, and so needs the whole review.
    pub const fn opens(self) -> bool {
        matches!(self, Self::Due | Self::Early)
    }
}

impl Stage {
    /// All of them in their order.
    pub const ALL: [Self; 8] = [
        Self::Drafted,
        Self::Initial,
        Self::Second,
        Self::Sent,
        Self::Joint,
        Self::Decided,
        Self::CarriedOut,
        Self::Withdrawn,
    ];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Initial => "initial",
            Self::Second => "second",
            Self::Sent => "sent",
            Self::Joint => "joint",
            Self::Decided => "decided",
            Self::CarriedOut => "carried-out",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Drafted => "待初审",
            Self::Initial => "待复审",
            Self::Second => "待会审",
            Self::Sent => "会审中",
            Self::Joint => "待终审",
            Self::Decided => "待执行",
            Self::CarriedOut => "已执行",
            Self::Withdrawn => "已撤回",
        }
    }

    /// The stage of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::CarriedOut | Self::Withdrawn)
    }

    /// Opinions of a step may be given now.
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub const fn hears(self, step: Step) -> Result<(), Misstep> {
        let wanted = match (self, step) {
            (Self::Drafted, Step::Initial)
            | (Self::Initial, Step::Second)
            | (Self::Sent, Step::Joint)
            | (Self::Joint, Step::Final) => return Ok(()),
            (_, Step::Initial) => "初审意见只能在建立批次之后、全部初审之前给出",
            (_, Step::Second) => "复审意见只能在全部初审之后、全部复审之前给出",
            (_, Step::Joint) => "会审意见只能在送交会审之后、登记答复之前给出",
            (_, Step::Final) => "终审意见只能在会审之后给出",
        };
        Err(Misstep::NotNow { stage: self, wanted })
    }

    /// Every record has its opinion of a step.
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub fn heard(self, step: Step) -> Result<Self, Misstep> {
        self.hears(step)?;
        Ok(match step {
            Step::Initial => Self::Initial,
            Step::Second => Self::Second,
            Step::Joint => Self::Joint,
            Step::Final => Self::Decided,
        })
    }

    /// The creating body is asked.
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub const fn send(self) -> Result<Self, Misstep> {
        match self {
            Self::Second => Ok(Self::Sent),
            stage => Err(Misstep::NotNow { stage, wanted: "全部复审之后才能送交会审" }),
        }
    }

    /// There is nobody to ask: the archive decides alone (档案法 30).
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub const fn alone(self) -> Result<Self, Misstep> {
        match self {
            Self::Second => Ok(Self::Joint),
            stage => Err(Misstep::NotNow { stage, wanted: "全部复审之后才能决定由本馆单独审核" }),
        }
    }

    /// Every record is as was decided.
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub const fn carry_out(self) -> Result<Self, Misstep> {
        match self {
            Self::Decided => Ok(Self::CarriedOut),
            stage => Err(Misstep::NotNow { stage, wanted: "终审之后才能执行" }),
        }
    }

    /// Nothing is to come of it.
    ///
    /// # Errors
    /// [`Misstep::NotNow`].
    pub const fn withdraw(self) -> Result<Self, Misstep> {
        match self {
            stage if stage.is_over() => Err(Misstep::NotNow { stage, wanted: "已结束的批次不能撤回" }),
            _ => Ok(Self::Withdrawn),
        }
    }
}
