//! Invented records of a county's archives, as many as wanted, always the same.

/// A record as the search sees it.
#[derive(Clone, Debug)]
pub struct Row {
    /// 题名
    pub title: String,
    /// 责任者
    pub creator: String,
    /// The year of its date.
    pub year: i16,
    /// A person in it, if it is about one.
    pub name: Option<String>,
    /// The place it is about.
    pub place: String,
    /// The body that made it.
    pub body: String,
    /// What it is about.
    pub topic: String,
}

/// A small generator of numbers (`SplitMix64`), the same on every machine.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A generator; the seed decides all its numbers.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.draw() % end).unwrap_or(0)
    }

    /// One of a list, each as likely.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T
    where
        &'a T: Default,
    {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }

    /// A place near the beginning more often than one near the end, as words and names are used.
    pub fn skewed<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let place = self.below(from.len()).min(self.below(from.len()));
        from.get(place).copied().unwrap_or_default()
    }

    /// Whether something happens that happens in so many of a hundred cases.
    pub fn chance(&mut self, per_cent: usize) -> bool {
        self.below(100) < per_cent
    }
}

const WORDS: &str = "农村 土地 承包 经济 建设 教育 卫生 财政 税收 工业 商业 粮食 林业 水利 交通 公路 桥梁 住房 供销 合作 劳动 工资 人事 干部 任免 统计 普查 计划 生育 民兵 征兵 拥军 优抚 救灾 扶贫 低保 养老 保险 医疗 防疫 血防 环保 绿化 造林 防火 抗旱 防汛 水库 灌溉 渠道 电力 电站 煤矿 安全 生产 检查 整顿 治理 改革 开放 企业 承包经营 乡镇 街道 社区 村民 自治 选举 代表 政协 提案 统战 宗教 民族 侨务 对台 档案 保密 信访 纪检 监察 审计 物价 工商 市场 质量 技术 科技 推广 良种 化肥 农药 农机 畜牧 兽医 水产 渔业 蚕桑 茶叶 果树 蔬菜 烟草 盐业 邮电 广播 电视 文化 体育 文物 旅游 城建 规划 征地 拆迁 房改 公积金 户籍 户口 治安 消防 司法 公证 律师 法制 普法 禁毒 调解 仲裁 青年 妇女 儿童 老龄 残疾人 红十字 工会 共青团 妇联 文联 科协 党校 培训 考试 招生 录取 毕业 分配 学籍 教师 职称 评审 学校 幼儿园 扫盲 职业 大学生 就业 再就业 下岗 安置 复员 退伍 转业 军属 烈士 抚恤 知青 下放 返城 落实政策 平反 四清 整风 肃反 土改 互助组 人民公社 大跃进 三反五反 清产核资 会计 预算 决算 债券 贷款 信用社 银行 投资 招商 外贸 出口 海关 口岸 开发区 工业园 高新 数字 信息化 网络 互联网 政务 公开 营商 环境 行政 审批 许可 执法 处罚 复议 赔偿 应急 预案 疫情 防控 疫苗 食品 药品 监管 特种设备 计量 标准 专利 商标 知识产权 气象 地震 地质 矿产 测绘 国土 耕地 保护 基本农田 退耕还林 生态 湿地 河长制 污水 垃圾 分类 节能 减排 大气 污染 乡村 振兴 美丽 示范 特色 小镇 电商 物流 快递 铁路 机场 港口 航道 客运 货运 出租车 公交";
const BODIES: &str = "人民政府 民政局 教育局 财政局 粮食局 水利局 农业局 林业局 卫生局 公安局 劳动局 人事局 交通局 商业局 供销合作社 计划委员会 经济委员会 科学技术委员会 统计局 税务局 工商行政管理局 文化局 广播电视局 档案局 司法局 人民法院 人民检察院 总工会 妇女联合会 县委组织部 县委宣传部 县委办公室 人民政府办公室 革命委员会 土地管理局 城乡建设局 环境保护局 审计局 物价局 烟草公司 信用合作联社 第一中学 人民医院 武装部 残疾人联合会 人力资源和社会保障局 发展和改革局 自然资源局 市场监督管理局 退役军人事务局";
const PLACES: &str = "南明 云岩 白云 清镇 开阳 息烽 修文 花溪 乌当 青岩 石板 孟关 燕楼 湖潮 党武 麦坪 久安 高坡 黔陶 马铃 王宽 小碧 东风 水田 新堡 偏坡 下坝 百宜 羊昌 金华 朱昌 沙文 麦架 都拉 牛场 艳山红 站街 卫城 新店 流长 犁倭 暗流 王庄 麦格 红枫湖 龙岗 双流 金中 楠木渡 冯三 花梨 南龙 宅吉 龙水 米坪 禾丰 高寨 毛云 永温 城关 小寨坝 九庄 温泉 养龙司 石硐 鹿窝 流长苗族 青山苗族 西山 扎佐 六广 久长 六桶 谷堡 小箐 六屯 洒坪 大石布依族 龙场 阳明洞 景阳 桃源 平塘 塘头 合水 江口 沿河 松桃 思南 石阡 印江 德江 玉屏 万山 碧江";
const TYPES: &str =
    "通知 批复 请示 报告 决定 意见 函 通报 会议纪要 办法 规定 方案 计划 总结 公告 条例 细则 名册 统计表 登记表";
const VERBS: &str = "关于做好 关于加强 关于印发 关于开展 关于同意 关于调整 关于进一步加强 关于下达 关于转发 关于召开 关于成立 关于申请 关于表彰 关于解决 关于核定 关于上报";
const SURNAMES: &str = "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 石 廖 贾 夏 韦 付 方 白 邹 孟 熊 秦 邱 江 尹 薛 闫 段 雷 侯 龙 史 陶 黎 贺 顾 毛 郝 龚 邵 万 钱 严 覃 武 戴 莫 孔 向 汤 欧阳 司马 上官 诸葛";
const GIVEN: &str = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉云红玉建华国庆志荣德福贵春生海燕学林金龙凤莲珍琴梅清元光祥永昌兴旺世友忠良仁义礼智信和顺安康宁宗保家全成才有富高远长庭树森松柏竹石山川江河湖波浪潮天宇宙星晨曦阳月亮雪霜露雨雷电风雄飞翔鹏鹤鸣琳琅瑜瑾璐瑶莹颖慧聪睿思齐贤达理正直刚毅坚定恒久彤彬斌炳煜焕炎烈煌灿炜烨熙熠";
const VILLAGE: &str = "大小上下前后东西南北新老石土木水火金银铜铁山坡坪坝沟河溪湾塘田冲岩洞屯寨堡关桥井泉场坳垭岭峰坎龙虎牛马羊猪鸡狗鸭鹅松柏杉竹柳桃李梨杏桂花草麻茶油谷麦豆瓜菜盐糖酒醋红黄蓝白黑青紫王张刘陈杨赵周吴徐孙朱胡郭何高林罗郑";
const EVENTS: &str = "结婚登记申请书 离婚登记审批表 知识青年上山下乡登记表 知青返城审批表 招工登记表 退伍军人安置登记表 复员军人登记表 学籍卡 毕业生登记表 录取通知书存根 独生子女证申请表 土地承包合同 自留山使用证存根 房屋所有权登记表 宅基地使用权申请表 工资级别审批表 干部履历表 职称评定表 劳动模范登记表 收养登记申请书 户口迁移证存根 公证书 判决书 个人照片";

/// The words the generator draws from, split once.
#[derive(Clone, Debug)]
pub struct Lexicon {
    /// Topics.
    pub words: Vec<&'static str>,
    bodies: Vec<&'static str>,
    places: Vec<&'static str>,
    types: Vec<&'static str>,
    verbs: Vec<&'static str>,
    surnames: Vec<&'static str>,
    events: Vec<&'static str>,
    given: Vec<char>,
    village: Vec<char>,
}

impl Default for Lexicon {
    fn default() -> Self {
        let split = |text: &'static str| text.split(' ').collect();
        Self {
            words: split(WORDS),
            bodies: split(BODIES),
            places: split(PLACES),
            types: split(TYPES),
            verbs: split(VERBS),
            surnames: split(SURNAMES),
            events: split(EVENTS),
            given: GIVEN.chars().collect(),
            village: VILLAGE.chars().collect(),
        }
    }
}

impl Lexicon {
    /// A person's name of two or three characters, a few of four.
    pub fn name(&self, dice: &mut Dice) -> String {
        let mut name = dice.skewed(&self.surnames).to_owned();
        for _ in 0..=usize::from(dice.chance(78)) {
            // Common characters of names more often than rare ones; now and then any character at all.
            if dice.chance(15) {
                name.push(rare(dice));
            } else {
                let at = dice.below(self.given.len()).min(dice.below(self.given.len()));
                name.extend(self.given.get(at));
            }
        }
        name
    }

    fn village(&self, dice: &mut Dice) -> String {
        let mut village: String = (0..2).filter_map(|_| self.village.get(dice.below(self.village.len()))).collect();
        if dice.chance(20) {
            village.push(rare(dice));
        }
        village.push('村');
        village
    }

    /// One record.
    pub fn row(&self, dice: &mut Dice) -> Row {
        let year = i16::try_from(1949 + dice.below(75)).unwrap_or(1949);
        let place =
            format!("{}{}", dice.skewed(&self.places), ["县", "乡", "镇", "区"].get(dice.below(4)).unwrap_or(&"县"));
        let body = dice.skewed(&self.bodies).to_owned();
        let topic: String = (0..2 + dice.below(2)).map(|_| dice.skewed(&self.words)).collect();
        let kind = dice.skewed(&self.types);
        if dice.chance(55) {
            let verb = dice.pick(&self.verbs);
            let subject = if dice.chance(30) { self.village(dice) } else { String::new() };
            let number =
                if dice.chance(15) { format!("（{year}年第{}号）", 1 + dice.below(300)) } else { String::new() };
            let title = match dice.below(3) {
                0 => format!("{place}{body}{verb}{subject}{topic}工作的{kind}{number}"),
                1 => format!("{verb}{subject}{topic}的{kind}{number}"),
                _ => format!("{place}{body}{verb}《{place}{subject}{topic}{kind}》的通知"),
            };
            return Row { title, creator: format!("{place}{body}"), year, name: None, place, body, topic };
        }
        let name = self.name(dice);
        let event = dice.skewed(&self.events);
        let village = self.village(dice);
        let title = match dice.below(4) {
            0 => format!("{name}与{}{event}", self.name(dice)),
            1 => format!("{place}{village}{name}{event}"),
            2 => format!("{year}年{name}（{place}{village}）{event}"),
            _ => format!("{name}、{}、{}等{}人{event}", self.name(dice), self.name(dice), 4 + dice.below(60)),
        };
        Row { title, creator: format!("{place}{body}"), year, name: Some(name), place, body, topic: event.to_owned() }
    }
}

/// A seldom-used character; not a traditional or variant one, which the plain scan would not know for the same.
fn rare(dice: &mut Dice) -> char {
    loop {
        let code = 0x4E00 + u32::try_from(dice.below(3_000)).unwrap_or(0) * 5;
        if let Some(c) = char::from_u32(code).filter(|c| chinese::fold::han(*c) == *c) {
            return c;
        }
    }
}
