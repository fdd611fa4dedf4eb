import type { Shape } from '@/api/client';

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

export interface Run {
  text: string;
  strong?: boolean;
  note?: string;
}

/** A block of an article as the service keeps it; only what is looked into here is named. */
export interface Block {
  kind: string;
  text?: string;
  runs?: Run[];
  items?: Run[][];
  head?: string[];
  rows?: string[][];
  entries?: { date: string; text: string }[];
  [more: string]: unknown;
}

export interface Article {
  title: string;
  author: string;
  digest: string;
  theme: string;
  large_type: boolean;
  blocks: Block[];
}

/** A record as an article quotes it; its words are for the editor to add. */
export function quotation(record: Suggested): Block {
  const { id, reference_code, title, fonds, date } = record;
  return { kind: 'record', id, reference_code, title, fonds, date, text: '', picture: null };
}
