import { moment } from '@/shared/time';
import type { Conversation, Message } from '../shapes';

export type StateName = Conversation['state'];

/** The states as the filter shows them, in the order of urgency. */
export const STATES: { name: StateName; label: string }[] = [
  { name: 'waiting', label: '待接手' },
  { name: 'mine', label: '我在办' },
  { name: 'taken', label: '同事在办' },
  { name: 'bot', label: '自动答复中' },
  { name: 'closed', label: '已结束' },
];

export const CHANNELS: Record<Conversation['channel'], string> = { wechat: '微信', telephone: '电话' };

export const SATISFACTION = ['', '不满意', '不满意', '一般', '满意', '满意'];

const HOUR = 3_600_000;

function span(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
  if (minutes < 60) return `${minutes} 分钟`;
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? `${hours} 小时` : `${Math.floor(hours / 24)} 天`;
}

export interface Told {
  tone: 'plain' | 'warn' | 'error' | 'info';
  text: string;
  /** What it means, for who reads on. */
  more?: string;
}

/** How much may still be sent, and for how long: 还可发 3 条，42 小时内. */
export function windowWords(one: Conversation, now: Date): Told {
  if (one.channel === 'telephone') return { tone: 'plain', text: '电话咨询，答复后请回电' };
  const { open, messages_left: left, until } = one.window;
  const rest = until ? new Date(until).getTime() - now.getTime() : 0;
  if (!open || rest <= 0) {
    return { tone: 'warn', text: '暂时不能发', more: '微信只许在读者来消息后 48 小时内回复。可以先写好，读者再来消息时自动发出。' };
  }
  if (left <= 0) {
    return { tone: 'warn', text: '条数已用完', more: '读者再来消息后又可以发。现在写的会等到那时自动发出。' };
  }
  return { tone: rest < 3 * HOUR || left === 1 ? 'warn' : 'plain', text: `还可发 ${left} 条，${span(rest)}内` };
}

/** By when an answer is due, or how long it is overdue. */
export function dueWords(one: Conversation, now: Date): Told | null {
  if (!one.due_at || one.state === 'closed' || one.state === 'bot') return null;
  const rest = new Date(one.due_at).getTime() - now.getTime();
  if (one.overdue || rest < 0) return { tone: 'error', text: rest < 0 ? `已超时 ${span(-rest)}` : '已超时' };
  return { tone: rest < HOUR ? 'warn' : 'plain', text: `${moment(one.due_at).slice(5)} 前答复` };
}

/** Who holds the conversation, in words. */
export function holder(one: Conversation): string {
  switch (one.state) {
    case 'waiting':
      return '还没有人接手';
    case 'mine':
      return '我在办';
    case 'taken':
      return `${one.assigned_to ?? '同事'}在办`;
    case 'bot':
      return '自动答复中';
    case 'closed':
      return '已结束';
  }
}

export const DELIVERY: Record<NonNullable<Message['state']>, { tone: Told['tone'] | 'done'; word: string; told: string }> = {
  waiting: { tone: 'warn', word: '等窗口', told: '读者再来消息时自动发出。' },
  sent: { tone: 'done', word: '已发送', told: '' },
  failed: { tone: 'error', word: '未送达', told: '微信没有收下这一条。' },
  unknown: { tone: 'warn', word: '不确定是否送达', told: '微信没有回音，读者可能已收到。' },
};

/** A text for the chat without the marks of its links. */
export function withoutAnchors(text: string): string {
  return text.replace(/<a [^<>]*>([^<>]*)<\/a>/g, '$1');
}
