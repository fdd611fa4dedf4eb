import type { Shape } from '@/api/client';

export type RecordLine = Shape<'RecordLine'>;
export type RecordShown = Shape<'RecordShown'>;
export type RecordsFound = Shape<'RecordsFound'>;
export type Import = Shape<'ImportShown'>;
export type Mapping = Shape<'ImportMapping'>;
export type Sheet = Shape<'ImportSheet'>;
export type Report = Shape<'ImportReport'>;
export type Element = Shape<'ImportElement'>;
export type Batch = Shape<'ImportBatch'>;
export type Work = Shape<'WorkShown'>;
export type Carried = Extract<Shape<'WorkResult'>, { kind: 'carried' }>;
export type Copy = Shape<'CopyShown'>;
export type Original = Shape<'OriginalShown'>;
export type ReviewBatch = Shape<'ReviewBatch'>;
export type ReviewRecord = Shape<'ReviewRecord'>;
export type ReviewWords = Shape<'ReviewWords'>;
export type Said = Shape<'ReviewSaid'>;
export type SaidOf = Shape<'ReviewSaidOf'>;

const numbers = new Intl.NumberFormat('zh-CN');

/** 12,860 */
export function count(value: number): string {
  return numbers.format(value);
}
