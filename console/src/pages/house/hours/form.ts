import { dayTyped } from '@/shared/archival';
import { timeTyped } from '@/shared/time';
import type { Hours } from '../house';

export interface Span {
  from: string;
  until: string;
}

export interface Special {
  key: number;
  day: string;
  open: boolean;
  spans: Span[];
  reason: string;
}

export interface HoursForm {
  /** Monday to Sunday. */
  week: Span[][];
  note: string;
  days: Special[];
}

export const MOST_SPANS = 4;
export const MORNING: Span = { from: '08:30', until: '12:00' };

let keys = 0;
export const freshKey = (): number => ++keys;

function spanOf(text: string): Span {
  const [from = '', until = ''] = text.split('-');
  return { from, until };
}

export function written({ from, until }: Span): string {
  return `${timeTyped(from) ?? from}-${timeTyped(until) ?? until}`;
}

export function formOf(hours: Hours): HoursForm {
  const week = [hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday, hours.saturday, hours.sunday];
  const closed = hours.closed.map((one) => ({ key: freshKey(), day: one.day, open: false, spans: [], reason: one.reason }));
  const open = hours.open.map((one) => ({ key: freshKey(), day: one.day, open: true, spans: one.periods.map(spanOf), reason: one.reason }));
  return {
    week: week.map((periods) => periods.map(spanOf)),
    note: hours.note ?? '',
    days: [...closed, ...open].sort((a, b) => a.day.localeCompare(b.day)),
  };
}

export function hoursOf(form: HoursForm): Hours {
  const of = (n: number) => (form.week[n] ?? []).map(written);
  return {
    monday: of(0),
    tuesday: of(1),
    wednesday: of(2),
    thursday: of(3),
    friday: of(4),
    saturday: of(5),
    sunday: of(6),
    note: form.note.trim() || null,
    closed: form.days.filter((one) => !one.open).map(({ day, reason }) => ({ day, reason: reason.trim() })),
    open: form.days.filter((one) => one.open).map(({ day, spans, reason }) => ({ day, periods: spans.map(written), reason: reason.trim() })),
  };
}

/** What is wrong with the periods of a day, or nothing. */
export function spansFault(spans: Span[]): string | null {
  let last = '';
  for (const span of spans) {
    const [from, end] = [timeTyped(span.from), timeTyped(span.until)];
    if (!from || !end) return '时间要写成 08:30 这样；不要的那一段就去掉。';
    if (end <= from) return '结束的时间要晚于开始的时间。';
    if (from < last) return '几段时间要从早到晚，不能重叠。';
    last = end;
  }
  return null;
}

export function specialFault(one: Special, all: Special[]): string | null {
  if (dayTyped(one.day) !== one.day) return '请选日期。';
  if (all.some((other) => other !== one && other.day === one.day)) return '这一天写了两次，只留一次。';
  if (!one.reason.trim()) return '请写原因，读者看得到。';
  if (one.open && one.spans.length === 0) return '请加上开放的时段。';
  return one.open ? spansFault(one.spans) : null;
}
