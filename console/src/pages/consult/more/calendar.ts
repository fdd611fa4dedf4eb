import type { CalendarDay } from '../shapes';

export type Kind = CalendarDay['kind'] | 'usual';

export interface Cell {
  /** `2027-01-03`. */
  day: string;
  date: number;
  weekend: boolean;
  given: CalendarDay | null;
}

export const KIND_WORDS: Record<Kind, string> = { usual: '平常', holiday: '休', working: '班' };

function pad(n: number): string {
  return String(n).padStart(2, '0');
}

/** A month as weeks from Monday to Sunday; null where another month's days would stand. */
export function weeksOf(year: number, month: number, days: Map<string, CalendarDay>): (Cell | null)[][] {
  // Noon in UTC: the day is the same whatever the zone of the browser.
  const first = new Date(Date.UTC(year, month, 1, 12));
  const lead = (first.getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(year, month + 1, 0, 12)).getUTCDate();
  const cells: (Cell | null)[] = Array.from({ length: lead }, () => null);
  for (let date = 1; date <= count; date += 1) {
    const day = `${year}-${pad(month + 1)}-${pad(date)}`;
    cells.push({ day, date, weekend: (lead + date - 1) % 7 > 4, given: days.get(day) ?? null });
  }
  while (cells.length % 7 > 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

export function daysLater(day: string, step: number): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + step);
  return date.toISOString().slice(0, 10);
}
