/** What staff may do, in the words staff see. The names are those of GET /session. */
export const PERMISSIONS = {
  'search-records': '查阅全部目录',
  'keep-catalogue': '导入和维护目录',
  'approve-import': '复核导入',
  'review-openness': '开放审核',
  'decide-openness': '开放终审',
  'publish': '批准公布',
  'keep-directory': '维护规范档与专题目录',
  'answer-readers': '答复读者咨询',
  'keep-answers': '维护自动答复与常见问题',
  'keep-accounts': '管理工作人员账号',
  'read-audit': '查阅审计日志',
  'keep-house': '维护本馆信息',
  'keep-official-account': '维护公众号',
  'operate': '查看系统运行',
  'approve-personal-lists': '批准导出名单',
  'write-articles': '撰写推文',
  'approve-pushes': '批准群发',
} as const;

export type Permission = keyof typeof PERMISSIONS;
