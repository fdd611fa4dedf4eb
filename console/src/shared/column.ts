type Cell = string | number | null | undefined;

/** A column of a list: what stands in its cells, for finding, ordering and taking along. */
export interface Column<Row> {
  label: string;
  /** In words, as it is shown. */
  text: (row: Row) => Cell;
  /** What it is ordered by if not by its words: the moment itself rather than 昨天. */
  by?: (row: Row) => Cell;
}

/** Part of a list that comes in pages. */
export interface Part<Row> {
  items: Row[];
  /** How many there are on all pages, if that is known. */
  total: number | null;
  more: boolean;
}

/** A page of `size` rows as a part. */
export function partOf<Row>({ items, total }: { items: Row[]; total: number }, page: number, size: number): Part<Row> {
  return { items, total, more: page * size < total };
}

/** How two cells stand; what is empty is last either way, so it is told apart here. */
export function compared(one: Cell, other: Cell, descending: boolean): number {
  const [noOne, noOther] = [one ?? '', other ?? ''].map((cell) => cell === '');
  if (noOne || noOther) return Number(noOne) - Number(noOther);
  const ordered = typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other), 'zh-CN', { numeric: true });
  return descending ? -ordered : ordered;
}
