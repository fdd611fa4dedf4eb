import { api, call, type Shape } from '@/api/client';
import { moment } from '@/shared/time';

export type Lists = Shape<'EditorsLists'>;
export type ListName = Shape<'ListName'>;
/** The whole content of a list under its name. */
export type ListPart = Shape<'ListPart'>;
export type Term = Shape<'Term'>;
export type Source = Shape<'HeadlineSource'>;
export type Colours = Shape<'HouseColours'>;
export type OwnTerm = Shape<'OwnTerm'>;
export type ListedWord = Shape<'ListedWord'>;

export const NAMES: Record<ListName, string> = { glossary: '术语表', words: '敏感词和白名单', weights: '易读性权重', topics: '选题', sources: '热点来源', colours: '配色' };

export function readLists(signal?: AbortSignal): Promise<Lists> {
  return call(api.GET('/api/v1/push/words', { signal }));
}

/** The number of the version of a list that was read. */
export function versionOf(lists: Lists, list: ListName): number {
  return lists.versions.find((one) => one.list === list)?.version ?? 0;
}

/** Who changed a list last, and when. */
export function changedWords(lists: Lists, list: ListName): string {
  const found = lists.versions.find((one) => one.list === list);
  return found?.changed_at ? `${found.changed_by ?? ''} ${moment(found.changed_at)} 修改。` : '还没有人改过。';
}

/** Keeps a list as it is made from the one that was read; what others changed meanwhile is refused. */
export async function keepList(part: ListPart, version: number): Promise<void> {
  await call(api.PUT('/api/v1/push/words', { body: { part, version } }));
}

/** Keeps a list made anew from what is in force now: for one entry that goes in or out. */
export async function changeList(list: ListName, change: (now: Lists) => ListPart): Promise<void> {
  const now = await readLists();
  await keepList(change(now), versionOf(now, list));
}

/** Where the house differs from the program's terms. */
export function ownTerms(lists: Lists): OwnTerm[] {
  return lists.terms.filter((one) => one.origin !== 'built-in').map(({ term, plain, explanation, except, hidden }) => ({ term, plain, explanation, except, hidden }));
}

/** The house's terms with one of them as it is to be. */
export function withTerm(lists: Lists, term: OwnTerm, before: string | null): ListPart {
  const others = ownTerms(lists).filter((one) => one.term !== term.term && one.term !== before);
  return { list: 'glossary', content: [...others, term] };
}

/** The house's terms without one. */
export function withoutTerm(lists: Lists, term: string): ListPart {
  return { list: 'glossary', content: ownTerms(lists).filter((one) => one.term !== term) };
}

/** Listed and allowed words, some of them exchanged. */
export function withWords(lists: Lists, some: { listed?: ListedWord[]; allowed?: string[] }): ListPart {
  const { listed, allowed } = lists;
  return { list: 'words', content: { listed, allowed, ...some } };
}
