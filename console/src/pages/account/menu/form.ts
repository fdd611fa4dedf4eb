import type { MenuColumn, MenuEntry, MenuFault } from '../shapes';

/** What staff choose a button to do; a page of ours and another address are one thing to WeChat. */
export type Deed = 'click' | 'page' | 'url' | 'miniprogram';

export interface EntryForm {
  /** Keeps a button's fields with it when it moves. */
  id: number;
  name: string;
  deed: Deed;
  key: string;
  page: string;
  url: string;
  appid: string;
  pagepath: string;
}

export interface ColumnForm {
  button: EntryForm;
  below: EntryForm[];
}

export const DEEDS: [Deed, string][] = [
  ['click', '自动回复'],
  ['page', '本站页面'],
  ['url', '网址'],
  ['miniprogram', '小程序'],
];

let last = 0;

export function blankEntry(): EntryForm {
  last += 1;
  return { id: last, name: '', deed: 'page', key: '', page: '', url: '', appid: '', pagepath: '' };
}

function entryForm(entry: MenuEntry): EntryForm {
  const ours = entry.act === 'view' && (entry.url === '' || entry.url.startsWith('/'));
  const deed = entry.act === 'view' ? (ours ? 'page' : 'url') : entry.act;
  return {
    ...blankEntry(),
    name: entry.name,
    deed,
    key: entry.key,
    page: ours ? entry.url : '',
    url: ours ? '' : entry.url,
    appid: entry.appid,
    pagepath: entry.pagepath,
  };
}

export function columnForms(columns: MenuColumn[]): ColumnForm[] {
  return columns.map(({ button, below }) => ({ button: entryForm(button), below: below.map(entryForm) }));
}

function written(entry: EntryForm): MenuEntry {
  const { name, deed, key, page, url, appid, pagepath } = entry;
  const act = deed === 'page' || deed === 'url' ? 'view' : deed;
  return {
    name: name.trim(),
    act,
    key: deed === 'click' ? key : '',
    url: deed === 'page' ? page.trim() : deed === 'click' ? '' : url.trim(),
    appid: deed === 'miniprogram' ? appid.trim() : '',
    pagepath: deed === 'miniprogram' ? pagepath.trim() : '',
  };
}

export function columnsOf(forms: ColumnForm[]): MenuColumn[] {
  return forms.map(({ button, below }) => ({ button: written(button), below: below.map(written) }));
}

/** What is said of one button: by part, and whether WeChat would refuse it. */
export interface Told {
  error: (field: MenuFault['field']) => string | null;
  hint: (field: MenuFault['field']) => string | null;
}

export function toldOf(faults: MenuFault[], column: number | null, entry: number | null): Told {
  const here = faults.filter((one) => one.column === column && one.entry === entry);
  const words = (field: MenuFault['field'], hint: boolean): string | null =>
    here.filter((one) => one.field === field && one.hint === hint).map((one) => one.told).join('；') || null;
  return { error: (field) => words(field, false), hint: (field) => words(field, true) };
}

export function moved<T>(list: T[], from: number, to: number): void {
  const [one] = list.splice(from, 1);
  if (one !== undefined) list.splice(to, 0, one);
}
