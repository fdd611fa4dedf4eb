const PATIENCE = 5000;
const REACHED = 'a[href], button:not([disabled])';

/** The rows among which something stands, and which of them it is in. */
function placeOf(from: Element): { list: Element; rows: () => Element[]; at: number } | null {
  const row = from.closest('tr, li');
  const list = row?.closest('.el-table, table, ul, ol');
  if (!row || !list) return null;
  const rows = (): Element[] => [...list.querySelectorAll(row.tagName === 'TR' ? 'tbody tr' : ':scope > li')];
  return { list, rows, at: rows().indexOf(row) };
}

/**
 * Where the focus goes when the act that had it is gone with its row: to the same act of the row that took its place, and
 * where no row is left to the heading of the page. Called before the act; does nothing if the act stays.
 */
export function keepFocus(from: Element | null): void {
  if (!from || from === document.body) return;
  const place = placeOf(from);
  const word = from.textContent;

  function move(): void {
    if (document.activeElement && document.activeElement !== document.body) return;
    const rows = place?.list.isConnected ? place.rows() : [];
    const acts = [...(rows[Math.min(place?.at ?? 0, rows.length - 1)]?.querySelectorAll<HTMLElement>(REACHED) ?? [])];
    const next = acts.find((one) => one.textContent === word) ?? acts[acts.length - 1];
    (next ?? document.querySelector<HTMLElement>('h1'))?.focus();
  }

  const seen = new MutationObserver(() => {
    if (from.isConnected) return;
    seen.disconnect();
    move();
  });
  seen.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => seen.disconnect(), PATIENCE);
}
