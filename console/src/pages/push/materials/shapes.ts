import type { Shape } from '@/api/client';

export type { Block, Picture as ArticlePicture, Run } from '../drafts/shapes';

/** The shapes of the API that these pages use, under the names they use them by. */
export type Material = Shape<'MaterialShown'>;
export type MaterialInFull = Shape<'MaterialInFull'>;
export type Words = Shape<'MaterialWords'>;
export type Kind = Shape<'MaterialKind'>;
export type Crop = Shape<'Crop'>;
export type ShapeWord = Words['shapes'][number];
export type Received = Shape<'MaterialReceived'>;
export type Imported = Shape<'TextImported'>;

/** What the library gives for a choice. */
export type Picked = Pick<Material, 'id' | 'address' | 'title' | 'alternative' | 'citation' | 'milliseconds'>;

/** Where the file of a material is. */
export const fileOf = (id: string): string => `/api/v1/push/materials/${id}/file`;

/** Where the small picture of a material is. */
export const smallOf = (id: string): string => `/api/v1/push/materials/${id}/thumbnail`;

/** The material of an address in an article; nothing for one of elsewhere. */
export function idOf(address: string): string | undefined {
  return /^material\/([0-9a-f-]{36})$/.exec(address)?.[1];
}

/** Where a picture of an article is shown from: the library, or WeChat's own address. */
export function sourceOf(address: string): string {
  const id = idOf(address);
  return id ? fileOf(id) : address;
}

/** How long it lasts, as 1:05. */
export function lasting(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
