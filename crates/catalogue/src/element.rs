//! The elements of a description: DA/T 18-2022, and the columns catalogues keep beside them.
//!
//! One table gives each element its name in files of our own (mapping files, exports), its Chinese name, its duty,
//! and the headers under which catalogues write it (DA/T 22-2015, GB/T 11822-2008, DA/T 18-1999, the data exchange
//! formats of Beijing and Tianjin).

use crate::plain::dense;

/// The duty to fill in an element (DA/T 18-2022).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// 必著
    Always,
    /// 有则必著
    WhenExists,
    /// 选著
    Optional,
}

/// An element of a description.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the table below says what each one is")]
pub enum Element {
    ReferenceCode,
    Title,
    DocumentNumber,
    Date,
    Creator,
    Retention,
    Openness,
    Classification,
    Disclosure,
    Published,
    Restriction,
    Livelihood,
    Level,
    Fonds,
    FondsTitle,
    VolumeCode,
    DocumentType,
    Subjects,
    Persons,
    Places,
    Note,
    Pages,
    ParallelTitle,
    SubTitle,
    Scope,
    Draft,
    Attachments,
    Carrier,
    FileSize,
    FileFormat,
    Origin,
    Arrangement,
    Destruction,
    Language,
    ClassNumber,
    Microform,
    Location,
    OriginalsLocation,
    CopiesLocation,
    RelatedUnits,
    AdministrativeHistory,
    CustodialHistory,
    DescribedBy,
    DescribedOn,
    InstitutionCode,
    Institution,
    Recipient,
    CopiedTo,
    Urgency,
    SecrecyPeriod,
    Year,
    Series,
    Inventory,
    Volume,
    Item,
    Box,
    Unit,
    Serial,
    ItemCount,
    Acquisition,
    Appraisal,
    Accruals,
    AccessConditions,
    ReproductionConditions,
    PhysicalCharacteristics,
    FindingAids,
    PublicationNote,
    Rules,
    AlternativeCodes,
    OtherDates,
    OfficeVolume,
    ArchivesVolume,
    OfficeItem,
    ArchivesItem,
    SubjectHeadings,
    Parent,
    LevelWord,
}

/// The row of one element: name, Chinese name, duty, further headers as [`header_key`] has them.
type Row = (&'static str, &'static str, Duty, &'static [&'static str]);

impl Element {
    /// All of them, in the order in which they are shown and exported.
    pub const ALL: [Self; 77] = [
        Self::ReferenceCode,
        Self::Title,
        Self::DocumentNumber,
        Self::Date,
        Self::Creator,
        Self::Retention,
        Self::Openness,
        Self::Classification,
        Self::Disclosure,
        Self::Published,
        Self::Restriction,
        Self::Livelihood,
        Self::Level,
        Self::Fonds,
        Self::FondsTitle,
        Self::VolumeCode,
        Self::DocumentType,
        Self::Subjects,
        Self::Persons,
        Self::Places,
        Self::Note,
        Self::Pages,
        Self::ParallelTitle,
        Self::SubTitle,
        Self::Scope,
        Self::Draft,
        Self::Attachments,
        Self::Carrier,
        Self::FileSize,
        Self::FileFormat,
        Self::Origin,
        Self::Arrangement,
        Self::Destruction,
        Self::Language,
        Self::ClassNumber,
        Self::Microform,
        Self::Location,
        Self::OriginalsLocation,
        Self::CopiesLocation,
        Self::RelatedUnits,
        Self::AdministrativeHistory,
        Self::CustodialHistory,
        Self::DescribedBy,
        Self::DescribedOn,
        Self::InstitutionCode,
        Self::Institution,
        Self::Recipient,
        Self::CopiedTo,
        Self::Urgency,
        Self::SecrecyPeriod,
        Self::Year,
        Self::Series,
        Self::Inventory,
        Self::Volume,
        Self::Item,
        Self::Box,
        Self::Unit,
        Self::Serial,
        Self::ItemCount,
        Self::Acquisition,
        Self::Appraisal,
        Self::Accruals,
        Self::AccessConditions,
        Self::ReproductionConditions,
        Self::PhysicalCharacteristics,
        Self::FindingAids,
        Self::PublicationNote,
        Self::Rules,
        Self::AlternativeCodes,
        Self::OtherDates,
        Self::OfficeVolume,
        Self::ArchivesVolume,
        Self::OfficeItem,
        Self::ArchivesItem,
        Self::SubjectHeadings,
        Self::Parent,
        Self::LevelWord,
    ];

    /// The elements that have a column of their own in the database or decide where a record stands; all others are
    /// kept together as they were written.
    const OWN: [Self; 17] = [
        Self::ReferenceCode,
        Self::Title,
        Self::DocumentNumber,
        Self::Date,
        Self::Creator,
        Self::Retention,
        Self::Openness,
        Self::Classification,
        Self::Disclosure,
        Self::Published,
        Self::Restriction,
        Self::Livelihood,
        Self::Level,
        Self::Fonds,
        Self::FondsTitle,
        Self::VolumeCode,
        Self::DocumentType,
    ];

    #[expect(clippy::too_many_lines, reason = "a table")]
    const fn row(self) -> Row {
        use Duty::{Always, Optional, WhenExists};
        match self {
            Self::ReferenceCode => ("reference_code", "档号", Always, &["DH", "案卷档号(本卷)", "文件档号"]),
            Self::Title => (
                "title",
                "题名",
                Always,
                &["标题", "正题名", "案卷题名", "文件题名", "卷内文件题名", "案卷标题", "文件标题", "TM", "AJTM"],
            ),
            Self::DocumentNumber => (
                "document_number",
                "文件编号",
                WhenExists,
                &["文号", "发文字号", "发文号", "文件号", "文件字号", "原文编号", "WJBH", "WH"],
            ),
            Self::Date => (
                "date",
                "日期",
                Always,
                &[
                    "形成时间",
                    "形成日期",
                    "成文日期",
                    "成文时间",
                    "起止日期",
                    "起止时间",
                    "文件日期",
                    "文件时间",
                    "时间",
                    "发文日期",
                    "起止年月",
                    "起止年度",
                    "登记日期",
                    "登记时间",
                    "RQ",
                    "WJRQ",
                    "CWRQ",
                ],
            ),
            Self::Creator => (
                "creator",
                "责任者",
                Always,
                &["发文机关", "立卷单位", "第一责任者", "形成单位", "发文单位", "作者", "立档单位", "ZRZ", "LJDW"],
            ),
            Self::Retention => ("retention", "保管期限", Always, &["期限", "保存期限", "BGQX", "保管期限名称"]),
            Self::Openness => (
                "openness",
                "开放标识",
                Always,
                &[
                    "开放状态",
                    "开放情况",
                    "是否开放",
                    "开放鉴定",
                    "开放审核",
                    "开放审核结果",
                    "开放审核意见",
                    "KFZT",
                    "KFBS",
                ],
            ),
            Self::Classification => (
                "classification",
                "密级",
                WhenExists,
                &[
                    "保密等级",
                    "密别",
                    "秘密等级",
                    "文件密级",
                    "原密级",
                    "变更密级",
                    "密级程度",
                    "密级标识",
                    "涉密等级",
                    "MJ",
                    "BMDJ",
                ],
            ),
            Self::Disclosure => {
                ("disclosure", "公开属性", WhenExists, &["信息公开", "公开方式", "信息公开属性", "公开类型", "GKSX"])
            }
            Self::Published => ("published", "公布", Optional, &["是否公布", "公布情况"]),
            Self::Restriction => ("restriction", "捐赠限制", Optional, &["捐赠者限制", "寄存限制", "利用限制"]),
            Self::Livelihood => ("livelihood", "民生类别", Optional, &["民生档案类别", "民生档案类型", "专题类别"]),
            Self::Level => ("level", "著录层级", Optional, &["层级", "著录级别", "聚合层次"]),
            Self::Fonds => ("fonds", "全宗号", Always, &["全宗", "全宗代码", "QZH"]),
            Self::FondsTitle => ("fonds_title", "全宗名称", Optional, &["全宗名", "QZMC"]),
            Self::VolumeCode => ("volume_code", "案卷档号", Optional, &["所属案卷", "所属案卷档号", "AJDH"]),
            Self::DocumentType => ("document_type", "文种", Optional, &["文件类型", "公文种类", "文件种类", "WZ"]),
            Self::Subjects => ("subjects", "主题词或关键词", Optional, &["主题词", "关键词", "主题", "ZTC", "GJC"]),
            Self::Persons => ("persons", "人名", Optional, &["人物", "姓名", "相关人物", "RM"]),
            Self::Places => ("places", "地名", Optional, &["地点", "相关地点"]),
            Self::Note => ("note", "附注", Optional, &["备注", "备考", "说明", "BZ", "FZ"]),
            Self::Pages => {
                ("pages", "页数", Optional, &["总页数", "张数", "页数(张数)", "YS", "YH", "页号", "起止页号", "页次"])
            }
            Self::ParallelTitle => ("parallel_title", "并列题名", Optional, &[]),
            Self::SubTitle => ("sub_title", "副题名", Optional, &["副题名及说明题名文字", "说明题名文字"]),
            Self::Scope => ("scope", "范围和提要", Optional, &["提要", "摘要", "内容提要", "内容摘要", "文件摘要"]),
            Self::Draft => ("draft", "稿本", Optional, &["文本", "稿本文本"]),
            Self::Attachments => ("attachments", "附件", WhenExists, &["附件题名", "附件名称"]),
            Self::Carrier => ("carrier", "载体形态", Optional, &["载体类型", "载体", "规格", "数量及单位", "载体数量"]),
            Self::FileSize => ("file_size", "计算机文件大小", Optional, &["文件大小"]),
            Self::FileFormat => ("file_format", "计算机文件格式", Optional, &["文件格式", "格式"]),
            Self::Origin => ("origin", "生成方式", Optional, &["形成方式"]),
            Self::Arrangement => ("arrangement", "整理情况", Optional, &["整理说明"]),
            Self::Destruction => ("destruction", "销毁情况", Optional, &[]),
            Self::Language => ("language", "语言或文字", Optional, &["语种", "语言", "文字"]),
            Self::ClassNumber => ("class_number", "分类号", Optional, &["FLH", "实体分类号"]),
            Self::Microform => ("microform", "缩微号", Optional, &["缩微编号"]),
            Self::Location => ("location", "存储位置", Optional, &["存放位置", "库位", "存址", "库位号"]),
            Self::OriginalsLocation => ("originals_location", "原件存放位置", Optional, &["原件存址"]),
            Self::CopiesLocation => ("copies_location", "复制件存放位置", Optional, &["复制件存址"]),
            Self::RelatedUnits => ("related_units", "相关著录单元", Optional, &["参见", "参见号", "相关文件"]),
            Self::AdministrativeHistory => {
                ("administrative_history", "组织机构沿革/人物生平", Optional, &["组织机构沿革", "人物生平", "机构沿革"])
            }
            Self::CustodialHistory => ("custodial_history", "档案保管沿革", Always, &["保管沿革", "保管历史"]),
            Self::DescribedBy => ("described_by", "著录者", Optional, &["著录人", "录入人", "立卷人"]),
            Self::DescribedOn => ("described_on", "著录日期", Optional, &["著录时间", "录入日期", "立卷日期"]),
            Self::InstitutionCode => ("institution_code", "档案馆代码", Always, &["档案馆编号", "馆代码", "DAGDM"]),
            Self::Institution => ("institution", "档案馆名称", Optional, &["DAGMC", "保管单位"]),
            Self::Recipient => ("recipient", "主送", Optional, &["主送机关"]),
            Self::CopiedTo => ("copied_to", "抄送", Optional, &["抄送机关"]),
            Self::Urgency => ("urgency", "紧急程度", Optional, &["缓急程度"]),
            Self::SecrecyPeriod => ("secrecy_period", "保密期限", Optional, &["BMQX"]),
            Self::Year => ("year", "年度", Optional, &["年份", "归档年度", "ND"]),
            Self::Series => {
                ("series", "类别", Optional, &["类别号", "类别名称", "门类代码", "门类名称", "档案门类", "类目"])
            }
            Self::Inventory => ("inventory", "目录号", Optional, &["案卷目录号", "MLH"]),
            Self::Volume => ("volume", "案卷号", Optional, &["卷号", "AJH"]),
            Self::Item => ("item", "件号", Optional, &["顺序号", "JH"]),
            Self::Box => ("box", "盒号", Optional, &["HH"]),
            Self::Unit => ("unit", "机构或问题", Optional, &["机构", "问题", "机构(问题)", "机构问题"]),
            Self::Serial => ("serial", "序号", Optional, &["XH"]),
            Self::ItemCount => ("item_count", "件数", Optional, &["文件数", "卷内件数"]),
            Self::Acquisition => {
                ("acquisition", "档案来源", Optional, &["征集来源", "移交来源", "进馆来源", "直接来源"])
            }
            Self::Appraisal => ("appraisal", "鉴定情况", Optional, &["鉴定说明", "鉴定与处置"]),
            Self::Accruals => ("accruals", "后续进馆", Optional, &["增加说明", "续接情况"]),
            Self::AccessConditions => ("access_conditions", "利用条件", Optional, &["查阅条件", "利用说明"]),
            Self::ReproductionConditions => ("reproduction_conditions", "复制条件", Optional, &["复制说明"]),
            Self::PhysicalCharacteristics => {
                ("physical_characteristics", "物理特征与技术要求", Optional, &["物理特征", "保管状况", "破损情况"])
            }
            Self::FindingAids => ("finding_aids", "检索工具", Optional, &["检索工具名称"]),
            Self::PublicationNote => ("publication_note", "出版说明", Optional, &["出版情况", "编研成果"]),
            Self::Rules => ("rules", "著录规则", Optional, &["著录依据"]),
            Self::AlternativeCodes => {
                ("alternative_codes", "其他编号", Optional, &["原档号", "旧档号", "曾用档号", "其他档号"])
            }
            Self::OtherDates => ("other_dates", "其他日期", Optional, &["其他时间"]),
            Self::OfficeVolume => ("office_volume", "室编案卷号", Optional, &["室编卷号"]),
            Self::ArchivesVolume => ("archives_volume", "馆编案卷号", Optional, &["馆编卷号"]),
            Self::OfficeItem => ("office_item", "室编件号", Optional, &["室编号"]),
            Self::ArchivesItem => ("archives_item", "馆编件号", Optional, &["馆编号"]),
            Self::SubjectHeadings => {
                ("subject_headings", "专题", Optional, &["专题目录", "专题名称", "主题类目", "专题类目"])
            }
            Self::Parent => ("parent_code", "上级档号", Optional, &["上级编号", "父级档号"]),
            Self::LevelWord => ("level_word", "原著录层级", Optional, &[]),
        }
    }

    /// Its name in mapping files and in stored descriptions.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// Its Chinese name (DA/T 18-2022), as readers and staff see it and as exports write it.
    pub const fn label(self) -> &'static str {
        self.row().1
    }

    /// The duty to fill it in.
    pub const fn duty(self) -> Duty {
        self.row().2
    }

    /// The further headers under which catalogues write it.
    pub const fn headers(self) -> &'static [&'static str] {
        self.row().3
    }

    /// The element of a name.
    pub fn named(name: &str) -> Option<Self> {
        let name = if name == "doctype" { "document_type" } else { name };
        Self::ALL.into_iter().find(|element| element.name() == name)
    }

    /// The element a catalogue means by a header. Width, blanks, "!" and "*" marks (required) and a unit in brackets
    /// do not matter.
    pub fn of_header(header: &str) -> Option<Self> {
        let word = header_key(header);
        let short = word.split('(').next().unwrap_or(&word);
        Self::ALL
            .into_iter()
            .find(|element| element.is_called(&word))
            .or_else(|| Self::ALL.into_iter().find(|element| !short.is_empty() && element.is_called(short)))
    }

    fn is_called(self, word: &str) -> bool {
        let (name, label, _, headers) = self.row();
        // In English a column "published" is the day of publication, not whether publication was approved.
        let english = self != Self::Published && name.eq_ignore_ascii_case(word);
        label == word || english || headers.contains(&word)
    }

    /// Whether the element is kept together with the others rather than in a place of its own.
    pub fn is_kept_aside(self) -> bool {
        !Self::OWN.contains(&self)
    }
}

/// A header with width, blanks and marks taken away.
pub(crate) fn header_key(header: &str) -> String {
    dense(header).replace(['!', '*', ':', '★'], "").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// They are compared with every cell of the first lines of every sheet.
    #[test]
    fn headers_stand_as_their_keys() {
        for element in Element::ALL {
            let (_, label, _, headers) = element.row();
            for header in headers.iter().chain([&label]) {
                assert_eq!(header_key(header), *header);
                assert_eq!(Element::of_header(header), Some(element));
            }
        }
    }

    #[test]
    fn the_headers_met_in_practice() {
        let cases = [
            ("文号", Element::DocumentNumber),
            ("文件编号", Element::DocumentNumber),
            ("发文字号", Element::DocumentNumber),
            ("题名!", Element::Title),
            ("案卷题名", Element::Title),
            ("责 任 者", Element::Creator),
            ("立卷单位", Element::Creator),
            ("起止日期", Element::Date),
            ("总页数！", Element::Pages),
            ("QZH", Element::Fonds),
            ("kfzt", Element::Openness),
            ("页数（页）", Element::Pages),
            ("密　级", Element::Classification),
            ("案卷档号!", Element::VolumeCode),
            ("title", Element::Title),
            ("备注", Element::Note),
        ];
        for (header, want) in cases {
            assert_eq!(Element::of_header(header), Some(want), "{header}");
        }
        assert_eq!(Element::of_header("url"), None);
        assert_eq!(Element::of_header("published"), None);
        assert_eq!(Element::of_header(""), None);
    }

    #[test]
    fn no_header_means_two_elements() {
        let mut seen = std::collections::BTreeMap::new();
        for element in Element::ALL {
            let (name, label, _, headers) = element.row();
            for header in headers.iter().chain([&name, &label]) {
                let before = seen.insert(header_key(header), element);
                assert!(before.is_none_or(|before| before == element), "{header}");
            }
            assert_eq!(Element::named(element.name()), Some(element));
        }
    }

    #[test]
    fn the_six_must_haves_of_an_item() {
        for element in [
            Element::ReferenceCode,
            Element::Title,
            Element::Date,
            Element::Creator,
            Element::Retention,
            Element::Openness,
        ] {
            assert_eq!(element.duty(), Duty::Always);
        }
    }
}
