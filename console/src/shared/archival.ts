/** Days and dates as archives write them: read in any usual form, shown in words. */

const COMPACT = /^(\d{4})(\d{2})?(\d{2})?$/;
const SINGLE = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/;
const RANGE = /^(\d{4,8})\s*[-—~～至/]\s*(\d{4,8})$/;

/** `2026年11月29日` of `2026-11-29`; anything else as it is. */
export function dayInWords(day: string): string {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  return year ? `${year}年${Number(month)}月${Number(date)}日` : day;
}

/** The day somebody typed, as `YYYY-MM-DD`; nothing if it is none. */
export function dayTyped(text: string): string | null {
  const compact = /^\d{8}$/.test(text.trim()) ? COMPACT.exec(text.trim()) : SINGLE.exec(text.trim());
  if (!compact) return null;
  const [year, month, date] = [compact[1], compact[2], compact[3]].map(Number) as [number, number, number];
  const day = new Date(Date.UTC(year, month - 1, date));
  const isOne = day.getUTCFullYear() === year && day.getUTCMonth() === month - 1 && day.getUTCDate() === date;
  return isOne ? day.toISOString().slice(0, 10) : null;
}

function compactInWords(text: string): string {
  const [, year, month, date] = COMPACT.exec(text) ?? [];
  if (!year) return text;
  if (!month || month === '00') return !date || date === '00' ? `${year}年` : text;
  if (Number(month) > 12 || Number(date ?? 0) > 31) return text;
  return !date || date === '00' ? `${year}年${Number(month)}月` : `${year}年${Number(month)}月${Number(date)}日`;
}

/** A date of the catalogue in digits (DA/T 18: 19750000 where only the year is known) in words; other texts as they are. */
export function archivalDate(text: string): string {
  const written = text.trim();
  const [, begin, end] = RANGE.exec(written) ?? [];
  if (begin && end) return `${compactInWords(begin)}至${compactInWords(end)}`;
  return compactInWords(written);
}
