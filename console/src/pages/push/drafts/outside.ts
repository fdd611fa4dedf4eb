import type { Component } from 'vue';
import type { Article } from './shapes';

/**
 * What other rooms of 群发推文 give the editor: shown if it is there.
 * 素材库: picks a picture, voice or film (`kind`; `pick` with id, address, alternative); brings in a text (`imported` with blocks).
 * 用语: the panel beside the article (`article`, `draft`; `replace`, `note`, `jump`, `insert`), and what does what it asks for.
 */
const pickers = import.meta.glob<{ default: Component }>('../materials/MaterialPicker.vue');
const imports = import.meta.glob<{ default: Component }>('../materials/ImportText.vue');
const panels = import.meta.glob<{ default: Component }>('../quality/QualityPanel.vue');
const applies = import.meta.glob<Apply>('../quality/apply.ts');

/** Each gives a new article, or nothing where its text is another by now. */
export interface Apply {
  replaceIn: (article: Article, asked: unknown) => Article | null;
  noteIn: (article: Article, asked: unknown) => Article | null;
}

type Loader = () => Promise<{ default: Component }>;
export const picker: Loader | undefined = pickers['../materials/MaterialPicker.vue'];
export const importer: Loader | undefined = imports['../materials/ImportText.vue'];
export const panel: Loader | undefined = panels['../quality/QualityPanel.vue'];
export const apply: (() => Promise<Apply>) | undefined = applies['../quality/apply.ts'];

export interface Picked {
  id: string;
  address: string;
  alternative: string;
}

const LIBRARY = /^material\/([0-9a-f-]{36})$/;

/** Where the console sees a picture: one of the library by its id, others where they are. */
export function shownAt(address: string): string {
  const id = LIBRARY.exec(address)?.[1];
  return id ? `/api/v1/push/materials/${id}/file` : address;
}
