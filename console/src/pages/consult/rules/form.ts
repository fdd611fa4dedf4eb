import { dayTyped } from '@/shared/archival';
import { timeTyped } from '@/shared/time';
import type { Content, FieldProblem, News, Rule, RuleDraft, RuleWindow, Trigger } from '../shapes';

export interface ReplyForm {
  kind: 'text' | 'image' | 'news';
  text: string;
  image: string;
  news: News;
}

/** A rule as the editor holds it: nothing is null, so that every field has something to stand in. */
export interface RuleForm {
  name: string;
  priority: string;
  mode: RuleDraft['mode'];
  enabled: boolean;
  triggers: Trigger[];
  replies: ReplyForm[];
  limited: boolean;
  window: { from: string; until: string; weekdays: number[]; starts: string; ends: string; days: RuleWindow['days'] };
  minimum_interval: number;
  scene: string;
}

export function blankReply(kind: ReplyForm['kind']): ReplyForm {
  return { kind, text: '', image: '', news: { title: '', description: '', picture: '', url: '' } };
}

function replyOf(content: Content): ReplyForm {
  if ('text' in content) return { ...blankReply('text'), text: content.text };
  if ('image' in content) return { ...blankReply('image'), image: content.image };
  return { ...blankReply('news'), news: { ...blankReply('news').news, ...content.news } };
}

function contentOf(reply: ReplyForm): Content {
  if (reply.kind === 'text') return { text: reply.text };
  return reply.kind === 'image' ? { image: reply.image.trim() } : { news: { ...reply.news } };
}

export function blankForm(): RuleForm {
  return {
    name: '',
    priority: '0',
    mode: 'all',
    enabled: true,
    triggers: [{ kind: 'contain', text: '' }],
    replies: [blankReply('text')],
    limited: false,
    window: { from: '', until: '', weekdays: [], starts: '', ends: '', days: 'any' },
    minimum_interval: 0,
    scene: '',
  };
}

export function formOf(rule: Rule): RuleForm {
  const { window } = rule;
  return {
    name: rule.name,
    priority: String(rule.priority),
    mode: rule.mode,
    enabled: rule.enabled,
    triggers: rule.triggers.map((one) => ({ ...one })),
    replies: rule.replies.map(replyOf),
    limited: window !== null,
    window: {
      from: window?.from ?? '',
      until: window?.until ?? '',
      weekdays: [...(window?.weekdays ?? [])],
      starts: window?.starts ?? '',
      ends: window?.ends ?? '',
      days: window?.days ?? 'any',
    },
    minimum_interval: rule.minimum_interval,
    scene: rule.scene ?? '',
  };
}

const isDay = (text: string) => dayTyped(text) === text;
const isTime = (text: string) => timeTyped(text) === text;

/** What was typed as a day or a time and is none: a draft leaves it out, so it is to be told before anything is kept. */
export function unreadOf({ limited, window }: RuleForm): FieldProblem[] {
  const days = [window.from, window.until].every((day) => !day || isDay(day));
  const times = [window.starts, window.ends].every((time) => !time || isTime(time));
  return limited && !(days && times) ? [{ field: 'window', told: '有日期或时间没有写对，改好或者清空' }] : [];
}

function windowOf(form: RuleForm): RuleWindow | null {
  if (!form.limited) return null;
  const { weekdays, days } = form.window;
  const [from, until] = [form.window.from, form.window.until].map((day) => (isDay(day) ? day : ''));
  const [starts, ends] = [form.window.starts, form.window.ends].map((time) => (isTime(time) ? time : ''));
  const limits = from || until || starts || ends || weekdays.length > 0 || days !== 'any';
  if (!limits) return null;
  return {
    from: from || null,
    until: until || null,
    weekdays: [...weekdays].sort((a, b) => a - b),
    starts: starts || null,
    ends: ends || null,
    days,
  };
}

export function draftOf(form: RuleForm, changedAt?: string): RuleDraft {
  return {
    name: form.name.trim(),
    priority: Number(form.priority) || 0,
    mode: form.mode,
    enabled: form.enabled,
    triggers: form.triggers.map(({ kind, text }) => ({ kind, text: kind === 'follow' ? '' : text.trim() })),
    replies: form.replies.map(contentOf),
    window: windowOf(form),
    minimum_interval: form.minimum_interval,
    scene: form.scene.trim() || null,
    ...(changedAt ? { changed_at: changedAt } : {}),
  };
}

export interface Faults {
  /** What is said of a part as a whole. */
  of: (part: string) => string | null;
  /** What is said of one line of it. */
  at: (part: string, n: number) => string | null;
}

/** What the server says of a rule, by part and by line: `triggers`, `triggers.0`, `window.ends`. */
export function faultsOf(problems: FieldProblem[]): Faults {
  const parts = problems.map(({ field, told }) => {
    const [part = '', next = ''] = field.replace('schedule', 'window').split(/[.[\]]+/);
    return { part, line: /^\d+$/.test(next) ? Number(next) : null, told };
  });
  function told(part: string, line: number | null): string | null {
    return parts.filter((one) => one.part === part && one.line === line).map((one) => one.told).join('；') || null;
  }
  return { of: (part) => told(part, null), at: (part, n) => told(part, n) };
}
