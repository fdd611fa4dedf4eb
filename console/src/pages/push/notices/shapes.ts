import type { components } from '@/api/schema';

export type View = components['schemas']['NoticeTemplatesView'];
export type Template = components['schemas']['NoticeTemplateLine'];
export type Purpose = components['schemas']['NoticePurpose'];
export type Source = components['schemas']['NoticeSource'];
export type Means = components['schemas']['NoticeMeans'];
export type State = components['schemas']['NoticeState'];

/** The ways in which WeChat lets an account write to one reader. */
export const MEANS: Record<Means, string> = {
  subscription: '订阅通知',
  template: '模板消息',
  'one-time': '一次性订阅消息',
};

type Tone = 'plain' | 'done' | 'warn' | 'error' | 'info';

/** Where a notice stands, in a word. */
export const STATES: Record<State, { label: string; tone: Tone }> = {
  waiting: { label: '等待再发', tone: 'info' },
  sending: { label: '正在发送', tone: 'info' },
  taken: { label: '微信已收下', tone: 'done' },
  delivered: { label: '已送达', tone: 'done' },
  failed: { label: '没有送达', tone: 'error' },
  refused: { label: '微信没有接收', tone: 'error' },
  unknown: { label: '不能确定', tone: 'warn' },
  unsent: { label: '没有发', tone: 'plain' },
};

/** Whom a template reaches now, in words. */
export function allowed(template: Template): string {
  const { allowing, off } = template.consents;
  if (template.means === 'template') return off > 0 ? `不用读者同意；${off} 人关闭了` : '不用读者同意';
  return `${allowing} 人可以通知${off > 0 ? `，${off} 人关闭了` : ''}`;
}
