//! What settings there are.

use kernel::settings::{Field, Kind, Schema, Section};

/// All sections, in the order of the sample.
pub(crate) fn schema() -> Schema {
    Schema::new([DATA, SERVER, DATABASE, SECRETS, STAFF, CONSULT, FILES, RANKING, HOUSE, HOURS, account::SECTION])
}

const DATA: Section = Section {
    name: "data",
    doc: "数据放在哪里。用 --data 指定目录时不必填写",
    fields: &[Field::new("folder", Kind::Path, "数据目录").optional()],
};

const SERVER: Section = Section {
    name: "server",
    doc: "网站与微信回调",
    fields: &[
        Field::new("listen", Kind::Address, "监听地址；对外服务时前面应有 HTTPS 反向代理").or("127.0.0.1:8080"),
        Field::new("public_url", Kind::Url, "读者访问的网址，聊天里的链接由它开头").optional(),
        Field::new("proxies", Kind::List, "反向代理的地址；只有它们转来的 X-Forwarded-For 才可信").or("127.0.0.1,::1"),
        pages("reader_pages", "认识的读者一天最多翻看多少页目录，0 不限", "3000"),
        pages("address_pages", "其他访客每个网络地址一天最多翻看多少页，同一地址后面可能有许多人，0 不限", "30000"),
        pages(
            "all_pages",
            "全部读者一天翻看超过多少页时告警（日志、/metrics、lantai doctor），不拒绝任何人，0 不告警",
            "200000",
        ),
        Field::new("framed_by", Kind::List, "可以把本站嵌入其页面的网址，一般不填").optional(),
    ],
};

const DATABASE: Section = Section {
    name: "database",
    doc: "数据库：默认是数据目录里的 SQLite 文件；大了以后换成 postgres://…",
    fields: &[Field::text("url", "数据库地址").or("sqlite:lantai.db").secret()],
};

const SECRETS: Section = Section {
    name: "secrets",
    doc: "敏感个人信息的加密",
    fields: &[
        Field::new("cipher", Kind::Choice(&["sm4-gcm", "aes-256-gcm"]), "算法").or("sm4-gcm"),
        Field::text("keys", "密钥；不填则保存在数据目录的 keys 文件里，请另行备份").optional().secret(),
    ],
};

const STAFF: Section = Section {
    name: "staff",
    doc: "工作人员登录",
    fields: &[
        Field::new(
            "second_factor",
            Kind::Choice(&["required", "optional"]),
            "动态码：required 人人要有，optional 有的才用",
        )
        .or("required"),
        Field::new(
            "separation",
            Kind::Choice(&["required", "small-house"]),
            "系统、安全、审计三员：required 不得兼任；small-house 供一至三人的小馆，可以兼任，每次都记入审计并在后台标明",
        )
        .or("required"),
    ],
};

const CONSULT: Section = Section {
    name: "consult",
    doc: "咨询",
    fields: &[
        Field::new(
            "keep_days",
            Kind::Integer { least: 0, most: 36_500 },
            "与读者的会话结束后保留多少天，到期由系统删除；0 表示一直保留",
        )
        .or("1095"),
        Field::new(
            "keep_files_days",
            Kind::Integer { least: 0, most: 36_500 },
            "读者发来的图片、语音、视频，会话结束后保留多少天，到期由系统删除；0 表示与会话一样久",
        )
        .or("180"),
        Field::new(
            "embedding_url",
            Kind::Url,
            "按意思找常见问题用的向量服务（/v1/embeddings 接口），写到 /v1 为止，如 http://127.0.0.1:11434/v1；不填则只按字面找。\
             填了以后，没有答上的提问会发到这个地址，其中的身份证号和电话先去掉",
        )
        .optional(),
        Field::text("embedding_model", "用那里的哪个模型；填了 embedding_url 才需要").optional(),
        Field::text("embedding_key", "那里要的密钥；不要就不填").optional().secret(),
    ],
};

const FILES: Section = Section {
    name: "files",
    doc: "收进来的文件",
    fields: &[Field::new(
        "scanner",
        Kind::List,
        "病毒扫描程序及参数，从标准输入读文件，0 表示没有问题、1 表示发现病毒，如 [\"clamdscan\", \"--no-summary\", \"-\"]；不设则 PDF、录音、录像待人工检查后才能公布",
    )
    .optional()],
};

const RANKING: Section = Section {
    name: "search.ranking",
    doc: "检索排序：每种相符值多少分。分数只看记录本身，与其他记录无关；一般不必改动",
    fields: &[
        points("exact_code", "档号、文号完全相同", "10000"),
        points("code_prefix", "档号开头相同", "5000"),
        points("scattered", "几个词不连在一起时保留百分之几", "60"),
        points("whole", "题名与所查完全一样", "50"),
        points("start", "题名以所查开头", "5"),
        points("years", "年代相符", "20"),
        points("raised", "文种与所查的文种相符", "10"),
        points("word", "所查是完整的词，不是两个词的头尾", "15"),
        Field::new("examined", Kind::Integer { least: 0, most: 1_000_000 }, "逐条细看的结果上限").or("512"),
        Field::new("cut", Kind::Integer { least: 0, most: 10_000 }, "其中最前面多少条按词再排").or("40"),
    ],
};

const fn points(key: &'static str, doc: &'static str, default: &'static str) -> Field {
    Field::new(key, Kind::Integer { least: 0, most: 20_000 }, doc).or(default)
}

const fn pages(key: &'static str, doc: &'static str, default: &'static str) -> Field {
    Field::new(key, Kind::Integer { least: 0, most: 1_000_000_000 }, doc).or(default)
}

const HOUSE: Section = Section {
    name: "house",
    doc: "本馆。这里写的是开头：在管理后台的“本馆”里改过的，以后台改的为准，不必回来改这里；\n\
          只有 code 和 demo 始终看这里",
    fields: &[
        Field::text("name", "馆名"),
        Field::text("code", "档案馆代码，6 位（DA/T 18-2022）"),
        Field::text("address", "地址"),
        Field::text("telephone", "查档电话"),
        Field::text("email", "电子邮箱，采集目录的机构由此联系本馆").optional(),
        Field::new("directions", Kind::List, "怎么来，每行一种方式").optional(),
        Field::new("notices", Kind::List, "公告，新的在前，每行“日期 内容”").optional(),
        Field::new("closed", Kind::List, "临时闭馆日，每行“日期 原因”").optional(),
        Field::text("complaint_authority", "投诉受理机关（档案法第二十八条）"),
        Field::text("complaint_telephone", "投诉电话"),
        Field::text("account", "公众号名称").optional(),
        Field::flag("demo", "演示：每个页面都标明“演示数据”"),
    ],
};

const HOURS: Section = Section {
    name: "house.hours",
    doc: "开放时间，如 [\"08:30-12:00\", \"14:00-17:30\"]；空表示闭馆。在管理后台改过的，以后台为准",
    fields: &[
        Field::new("monday", Kind::List, "星期一").or("08:30-12:00,14:00-17:30"),
        Field::new("tuesday", Kind::List, "星期二").or("08:30-12:00,14:00-17:30"),
        Field::new("wednesday", Kind::List, "星期三").or("08:30-12:00,14:00-17:30"),
        Field::new("thursday", Kind::List, "星期四").or("08:30-12:00,14:00-17:30"),
        Field::new("friday", Kind::List, "星期五").or("08:30-12:00,14:00-17:30"),
        Field::new("saturday", Kind::List, "星期六").or(""),
        Field::new("sunday", Kind::List, "星期日").or(""),
        Field::text("note", "补充说明").optional(),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::settings::{File, Settings, sample};

    #[test]
    fn the_sample_shows_every_section() {
        let sample = sample(&schema());
        for section in ["[server]", "[search.ranking]", "[house]", "[house.hours]", "accounts."] {
            assert!(sample.contains(section), "{section} is not in\n{sample}");
        }
    }

    #[test]
    fn the_ranking_of_the_sample_is_the_engine_s_own() {
        let text = "[house]\nname = \"a\"\ncode = \"1\"\naddress = \"b\"\ntelephone = \"c\"\n\
                    complaint_authority = \"d\"\ncomplaint_telephone = \"e\"\n";
        let settings = Settings::read(&schema(), File { name: "lantai.toml", text }, []).unwrap();
        assert_eq!(settings.section::<search::Ranking>("search.ranking").unwrap(), search::Ranking::default());
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        let text = "[server]\nlisten = \"nowhere\"\nlisen = \"127.0.0.1:1\"\n";
        let complaints = Settings::read(&schema(), File { name: "lantai.toml", text }, []).unwrap_err();
        let shown = complaints.to_string();
        assert!(shown.contains("第 2 行") && shown.contains("第 3 行"), "{shown}");
    }
}
