const ZONE = 'Asia/Shanghai';

const parts = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function split(value: string | Date): Record<string, string> {
  const date = typeof value === 'string' ? new Date(value) : value;
  if (Number.isNaN(date.getTime())) return {};
  return Object.fromEntries(parts.formatToParts(date).map((part) => [part.type, part.value]));
}

/** `2026-11-29` in Shanghai; empty for what is not a time. */
export function day(value: string | Date): string {
  const p = split(value);
  return p.year ? `${p.year}-${p.month}-${p.day}` : '';
}

/** `2026-11-29 14:03` in Shanghai, with seconds if asked. */
export function moment(value: string | Date, seconds = false): string {
  const p = split(value);
  return p.year ? `${day(value)} ${p.hour}:${p.minute}${seconds ? `:${p.second}` : ''}` : '';
}

/** `刚刚`, `3 分钟前`, `2 小时后`; beyond a week the day itself. */
export function relative(value: string, now: Date = new Date()): string {
  const gap = new Date(value).getTime() - now.getTime();
  if (Number.isNaN(gap)) return '';
  const minutes = Math.round(Math.abs(gap) / 60_000);
  const side = gap > 0 ? '后' : '前';
  // Ours may be behind the server's clock, and moves on by half minutes: what just came is not of the future.
  if (minutes < (gap > 0 ? 2 : 1)) return '刚刚';
  if (minutes < 60) return `${minutes} 分钟${side}`;
  if (minutes < 24 * 60) return `${Math.round(minutes / 60)} 小时${side}`;
  const days = Math.round(minutes / (24 * 60));
  return days <= 7 ? `${days} 天${side}` : day(value);
}

/** `08:30` of what was typed, such as `8：30`, `830` or `8点30分`; nothing if it is no time of day. The day ends at `24:00`. */
export function timeTyped(typed: string): string | null {
  const [, hour = '', minute = '00'] = /^(\d{1,2})(?:[点时]|[:：.点时]?(\d{2})分?)$/.exec(typed.trim()) ?? [];
  const fits = hour !== '' && (Number(hour) < 24 || (hour === '24' && minute === '00')) && Number(minute) < 60;
  return fits ? `${hour.padStart(2, '0')}:${minute}` : null;
}
