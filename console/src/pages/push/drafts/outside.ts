import type { Component } from 'vue';

/**
 * What other rooms of 群发推文 give the editor: shown if it is there.
 * 素材库: picks a picture, voice or film (`kind`; `pick` with id, address, alternative); brings in a text (`imported` with blocks).
 * 用语: the panel beside the article (`article`, `draft`; `replace`, `note`, `insert`).
 */
const pickers = import.meta.glob<{ default: Component }>('../materials/MaterialPicker.vue');
const imports = import.meta.glob<{ default: Component }>('../materials/ImportText.vue');
const panels = import.meta.glob<{ default: Component }>('../quality/QualityPanel.vue');

type Loader = () => Promise<{ default: Component }>;
export const picker: Loader | undefined = pickers['../materials/MaterialPicker.vue'];
export const importer: Loader | undefined = imports['../materials/ImportText.vue'];
export const panel: Loader | undefined = panels['../quality/QualityPanel.vue'];

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
