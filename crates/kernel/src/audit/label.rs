//! What the acts in the log are called by people.

/// An act and its name, in the order of the services.
const LABELS: &[(&str, &str)] = &[
    ("identity.sign-in", "登录"),
    ("identity.set-second-factor", "设置动态码"),
    ("identity.add-staff", "添加账号"),
    ("identity.set-roles", "更改角色"),
    ("identity.set-state", "停用或启用账号"),
    ("identity.set-password", "重置口令"),
    ("identity.change-password", "修改自己的口令"),
    ("identity.remove-second-factor", "解除动态码"),
    ("identity.remove-lock", "解除锁定"),
    ("staff.overstep", "没有权限的操作"),
    ("system.retry-job", "重试后台任务"),
    ("house.keep", "维护本馆信息"),
    ("list.export", "导出清单"),
    ("audit.export", "导出审计日志"),
    ("audit.verify", "核验审计日志"),
    ("catalogue.upload", "上传目录文件"),
    ("catalogue.forget-upload", "删除上传的文件"),
    ("catalogue.approve-import", "复核导入"),
    ("catalogue.decline-import", "退回导入"),
    ("catalogue.keep-mapping", "保存对应关系"),
    ("catalogue.remove-mapping", "删除对应关系"),
    ("catalogue.begin-import", "开始导入"),
    ("catalogue.import", "导入目录"),
    ("catalogue.open-by-import", "导入时开放"),
    ("catalogue.begin-roll-back", "开始撤回"),
    ("catalogue.roll-back", "撤回导入"),
    ("catalogue.export", "导出目录"),
    ("catalogue.find", "查阅全部目录"),
    ("catalogue.read", "查阅未开放目录"),
    ("catalogue.browse", "浏览未开放目录"),
    ("catalogue.reindex", "重建索引"),
    ("catalogue.decide", "开放审核决定"),
    ("catalogue.review-draft", "建立审核批次"),
    ("catalogue.review-opinion", "开放审核意见"),
    ("catalogue.review-send", "送交会审"),
    ("catalogue.review-alone", "单独审核"),
    ("catalogue.review-answer", "登记会审答复"),
    ("catalogue.review-decide", "开放审核终审"),
    ("catalogue.review-notice", "修改开放公告"),
    ("catalogue.review-carry-out", "执行审核决定"),
    ("catalogue.review-withdraw", "撤回审核批次"),
    ("review.batch", "开放审核批次"),
    ("catalogue.close-gap", "处理未查到的问题"),
    ("catalogue.keep-authorities", "维护规范档"),
    ("catalogue.import-headings", "导入专题目录"),
    ("catalogue.assign-headings", "归入专题"),
    ("catalogue.move-heading", "移动专题"),
    ("catalogue.rename-heading", "更名专题"),
    ("catalogue.remove-heading", "删除专题"),
    ("originals.add", "挂接原件"),
    ("originals.place", "调整原件"),
    ("originals.label", "标注原件"),
    ("originals.remove", "移除原件"),
    ("originals.release", "公布原件"),
    ("originals.withhold", "停止公布"),
    ("consult.keep-rule", "维护自动回复"),
    ("consult.keep-faq", "维护常见问题"),
    ("consult.answer", "答复咨询"),
    ("account.check", "检查公众号连接"),
    ("account.keep-menu", "修改自定义菜单"),
    ("account.publish-menu", "发布自定义菜单"),
    ("account.make-code", "制作二维码"),
    ("account.retire-code", "停用或恢复二维码"),
    ("consult.tidy", "清理到期的咨询"),
];

/// What an act is called; its own name if it has no other.
pub fn label(action: &str) -> &str {
    LABELS.iter().find(|(name, _)| *name == action).map_or(action, |(_, label)| label)
}

/// All acts that have a name, with it.
pub fn labels() -> impl Iterator<Item = (&'static str, &'static str)> {
    LABELS.iter().copied()
}
