/** The names of the audit log in words. What has no words here is shown as it is kept. */

/** What things are called, by the beginning of an object's name: `staff/李文书`. */
export const OBJECTS: [kind: string, label: string][] = [
  ['staff', '账号'],
  ['record', '档案'],
  ['import', '导入批次'],
  ['upload', '上传的文件'],
  ['file', '文件'],
  ['mapping', '对应关系'],
  ['review', '审核批次'],
  ['subject', '专题'],
  ['gap', '读者没找到的'],
  ['question', '检索的提问'],
  ['answer', '自动答复'],
  ['conversation', '咨询'],
  ['consult', '咨询'],
  ['official-account', '公众号'],
  ['house', '本馆'],
  ['job', '后台任务'],
  ['list', '清单'],
];

const WHOLE: Record<string, string> = {
  audit: '审计日志',
  'answer/thresholds': '常见问题的松紧',
  'answer/import': '从文件或公众平台带来的规则',
  authorities: '规范档',
  'staff/?': '没有这个账号',
  subjects: '专题目录',
  export: '导出的目录',
  'house/profile': '本馆 基本信息',
  'house/hours': '本馆 开放时间',
  'house/calendar': '本馆 节假日安排',
  'house/notices': '本馆 公告',
  'house/texts': '本馆 网站文字',
};

/** Who did it; a refused sign-in is nobody's. */
export function actorWords(actor: string): string {
  return actor === 'nobody' ? '没有登录的人' : actor;
}

/** `账号 李文书` of `staff/李文书`. */
export function objectWords(object: string): string {
  const at = object.indexOf('/');
  const label = OBJECTS.find(([kind]) => kind === object.slice(0, at))?.[1];
  return WHOLE[object] ?? (at > 0 && label ? `${label} ${object.slice(at + 1)}` : object);
}

const NAMES: Record<string, string> = {
  act: '做了什么',
  added: '新增',
  answering: '什么时候直接答',
  approved_by: '批准人',
  assignments: '归入',
  batch: '批次',
  change: '改动',
  changed: '改动',
  columns: '列',
  days: '天数',
  digest: '文件校验值',
  document_number: '文号',
  done: '做完',
  each: '逐条',
  file: '文件名',
  fonds: '全宗',
  format: '格式',
  found: '找到',
  ground: '依据',
  kept: '保留',
  kind: '种类',
  landed: '新导入',
  lines: '行数',
  mapping: '对应关系',
  name: '名称',
  note: '说明',
  number: '编号',
  offering: '什么时候列出相近问题',
  open_only: '只含已开放的',
  opened: '开放',
  openness: '开放情况',
  page: '页',
  published: '公布',
  published_at: '公布时间',
  reason: '理由',
  records: '档案',
  reference_code: '档号',
  refused: '退回',
  removed: '去掉',
  replace: '替换',
  restored: '恢复',
  retired: '停用',
  roles: '角色',
  rules: '规则',
  said: '意见',
  scene: '场景值',
  state: '状态',
  step: '步骤',
  taken_from: '恢复自第几版',
  unchanged: '没有变化',
  updated: '更新',
  verdict: '结论',
  version: '第几版',
  why: '原因',
  withheld: '暂不公布',
};

const VALUES: Record<string, string> = {
  archivist: '档案员',
  editor: '编辑',
  director: '馆长',
  'system-administrator': '系统管理员',
  'security-administrator': '安全管理员',
  auditor: '审计管理员',
  active: '可用',
  disabled: '停用',
  sure: '拿准了才答',
  bold: '差不多就答',
  few: '很像才列出',
  many: '有点像就列出',
  even: '一般',
  add: '新增',
  change: '修改',
  remove: '删除',
  enable: '启用',
  disable: '停用',
  import: '导入',
  draft: '存草稿',
  restore: '恢复以前的',
};

export function nameWords(name: string): string {
  return NAMES[name] ?? name;
}

const CODED = ['act', 'roles', 'state', 'answering', 'offering'];

/** A value of a detail. Only what is known to be a code is put into words: the rest may be somebody's own. */
export function valueWords(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => valueWords(name, one)).join('、') || '没有';
  if (value === null) return '没有';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value === 'object') {
    return Object.entries(value).map(([inner, one]) => `${nameWords(inner)}：${valueWords(inner, one)}`).join('；');
  }
  return CODED.includes(name) ? (VALUES[String(value)] ?? String(value)) : String(value);
}
