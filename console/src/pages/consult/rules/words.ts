import type { Content, Rule, RuleWindow, Trigger } from '../shapes';

export const KINDS: { name: Trigger['kind']; label: string; field: string; hint: string }[] = [
  { name: 'contain', label: '句中有这个词', field: '关键词', hint: '半匹配：读者的话里有这个词就答。' },
  { name: 'equal', label: '整句就是这个词', field: '关键词', hint: '全匹配：读者只发了这个词才答。' },
  { name: 'regex', label: '正则表达式', field: '表达式', hint: '给熟悉正则表达式的人用，例如 (几点|何时).*(开门|关门)。' },
  { name: 'click', label: '点了菜单', field: '菜单键', hint: '公众号菜单里设的键。' },
  { name: 'scan', label: '扫了二维码', field: '二维码场景', hint: '带参数二维码的场景值。' },
  { name: 'follow', label: '刚关注时', field: '', hint: '新关注的读者收到的第一条。' },
];

export const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];

export const DAYS: { name: RuleWindow['days']; label: string }[] = [
  { name: 'any', label: '每天' },
  { name: 'working', label: '只在开馆日' },
  { name: 'closed', label: '只在闭馆日' },
];

export const INTERVALS: [seconds: number, label: string][] = [
  [0, '每次都答'],
  [60, '1 分钟内只答一次'],
  [600, '10 分钟内只答一次'],
  [3600, '1 小时内只答一次'],
  [86_400, '1 天内只答一次'],
];

export const PLACES: [place: string, label: string][] = [
  ['{hours}', '开放时间表'],
  ['{now}', '现在是否开放'],
  ['{holiday}', '近两周的特殊日期'],
  ['{address}', '地址'],
  ['{directions}', '交通'],
  ['{telephone}', '电话'],
  ['{name}', '馆名'],
];

/** A text as it is spoken of in a list: places by their names, links by their words. */
export function plainWords(text: string): string {
  const named = PLACES.reduce((told, [place, label]) => told.replaceAll(place, `〔${label}〕`), text);
  return named.replaceAll(/\[([^\]\n]+)\]\([^)\s]+\)/g, '$1');
}

export function intervalWords(seconds: number): string {
  return INTERVALS.find(([value]) => value === seconds)?.[1] ?? `${Math.round(seconds / 60)} 分钟内只答一次`;
}

export function triggerWords(trigger: Trigger): string {
  const { label } = KINDS.find((kind) => kind.name === trigger.kind) ?? { label: trigger.kind };
  if (trigger.kind === 'follow') return label;
  if (trigger.kind === 'contain') return `有“${trigger.text}”`;
  if (trigger.kind === 'equal') return `就是“${trigger.text}”`;
  return `${label} ${trigger.text}`;
}

export function contentWords(content: Content): string {
  if ('text' in content) return plainWords(content.text);
  return 'image' in content ? '［图片］' : `［卡片］${content.news.title}`;
}

function weekdayWords(weekdays: number[]): string {
  const sorted = [...weekdays].sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.length === 7) return '';
  const names = sorted.map((one) => WEEKDAYS[one - 1] ?? '');
  const first = sorted[0] ?? 0;
  const whole = sorted.length > 2 && sorted.every((one, n) => one === first + n);
  return whole ? `周${names[0]}至周${names[names.length - 1]}` : `周${names.join('、')}`;
}

/** When a rule or a question is in force, in words; empty if always. */
export function whenWords(window: Rule['window'] | { from: string | null; until: string | null }): string {
  if (!window) return '';
  const parts: string[] = [];
  if (window.from && window.until) parts.push(`${window.from} 至 ${window.until}`);
  else if (window.from) parts.push(`${window.from} 起`);
  else if (window.until) parts.push(`到 ${window.until} 为止`);
  if ('weekdays' in window) {
    parts.push(weekdayWords(window.weekdays));
    if (window.starts || window.ends) parts.push(`${window.starts ?? '00:00'}–${window.ends ?? '24:00'}`);
    if (window.days !== 'any') parts.push(window.days === 'working' ? '只在开馆日' : '只在闭馆日');
  }
  return parts.filter(Boolean).join('，');
}
