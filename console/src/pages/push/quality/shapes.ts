import type { Shape } from '@/api/client';
import type { BlockOf } from '../drafts/shapes';

export type { Article, Block, BlockOf, Run } from '../drafts/shapes';

export type Report = Shape<'QualityReport'>;
export type Finding = Shape<'FindingShown'>;
export type Place = Shape<'ArticlePlace'>;
export type Suggested = Shape<'SuggestedRecord'>;

/** What one click asks for: words, or a note, where others stand. */
export interface Asked extends Place {
  /** The words that stand there. */
  found: string;
  /** The words that shall stand there, or the note. */
  text: string;
}

/** A record as an article quotes it; its words are for the editor to add. */
export function quotation(record: Suggested): BlockOf<'record'> {
  const { id, reference_code, title, fonds, date } = record;
  return { kind: 'record', id, reference_code, title, fonds, date, text: '', picture: null };
}
