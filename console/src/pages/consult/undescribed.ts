import { withQuery } from '@/api/download';
import { asProblem, problemOf } from '@/api/problem';
import { send } from '@/api/send';

/**
 * Endpoints that the program's document does not describe yet, typed by hand. Once one is in openapi.json its use
 * becomes `call(api.GET(...))` and its lines here go.
 */
async function ask<Data>(method: string, path: string, { body, signal }: { body?: unknown; signal?: AbortSignal } = {}): Promise<Data> {
  try {
    const file = body instanceof File;
    const told = body === undefined ? {} : { body: file ? body : JSON.stringify(body), headers: { 'content-type': file ? body.type : 'application/json' } };
    const response = await send(new Request(path, { method, signal, ...told }));
    const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null);
    if (!response.ok) throw problemOf(response.status, answer);
    return answer as Data;
  } catch (error) {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : asProblem(error);
  }
}

export interface Refused {
  name: string;
  told: string;
}

export interface ConsoleRulesImported {
  added: number;
  kept: number;
  refused: Refused[];
}

export function importConsole(account: string): Promise<ConsoleRulesImported> {
  return ask('POST', '/api/v1/rules/import-console', { body: { account } });
}

export interface Picture {
  media: string;
  name: string;
  url: string;
  added_at: string;
}

export function pictures(query: { account: string; page: number; size: number }, signal: AbortSignal): Promise<{ items: Picture[]; total: number }> {
  return ask('GET', withQuery('/api/v1/consultation/pictures', query), { signal });
}

export function addPicture(account: string, file: File): Promise<Picture> {
  return ask('POST', withQuery('/api/v1/consultation/pictures', { account, name: file.name }), { body: file });
}

export interface FaqThresholds {
  answer: 'cautious' | 'usual' | 'bold';
  offer: 'few' | 'usual' | 'many';
}

export function thresholds(signal: AbortSignal): Promise<FaqThresholds> {
  return ask('GET', '/api/v1/faqs/thresholds', { signal });
}

export function setThresholds(body: FaqThresholds): Promise<null> {
  return ask('PUT', '/api/v1/faqs/thresholds', { body });
}

export function askSatisfaction(conversation: string): Promise<null> {
  return ask('POST', `/api/v1/conversations/${encodeURIComponent(conversation)}/ask-satisfaction`);
}

export function faqFromAnswer(conversation: string, body: { question: string; category: string; answer: string; variants: string[] }): Promise<{ faq: string }> {
  return ask('POST', `/api/v1/conversations/${encodeURIComponent(conversation)}/faq`, { body });
}

export interface Unanswered {
  text: string;
  count: number;
  examples: string[];
  last_at: string;
  near: { faq: string; question: string } | null;
}

export function unanswered(signal: AbortSignal): Promise<{ items: Unanswered[] }> {
  return ask('GET', '/api/v1/consultation/unanswered', { signal });
}

export function dismiss(text: string): Promise<null> {
  return ask('POST', '/api/v1/consultation/unanswered/dismiss', { body: { text } });
}

export interface FigureDay {
  day: string;
  asked: number;
  rule: number;
  faq: number;
  search: number;
  guidance: number;
  default: number;
  human: number;
}

export interface Figures {
  days: FigureDay[];
  hit_rate: number | null;
  first_response_minutes: number | null;
  resolved: number;
  satisfaction: number | null;
  satisfied: number;
}

export function figures(days: number, signal: AbortSignal): Promise<Figures> {
  return ask('GET', withQuery('/api/v1/consultation/figures', { days }), { signal });
}

export interface CalendarDay {
  day: string;
  kind: 'holiday' | 'working';
  name: string;
}

export interface CalendarYear {
  year: number;
  complete: boolean;
  source: string | null;
  told: string | null;
  days: CalendarDay[];
}

export function calendar(year: number, signal: AbortSignal): Promise<CalendarYear> {
  return ask('GET', withQuery('/api/v1/calendar', { year }), { signal });
}

export function setCalendar(year: number, body: { source: string | null; days: CalendarDay[] }): Promise<null> {
  return ask('PUT', `/api/v1/calendar/${year}`, { body });
}

export function importCalendar(year: number, text: string): Promise<CalendarYear> {
  return ask('POST', `/api/v1/calendar/${year}/import`, { body: { text } });
}
