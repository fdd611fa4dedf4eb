import { computed, reactive, ref, watch } from 'vue';
import { compared, type Column } from './column';

const SIZE = 50;

export interface Rows<Row> {
  /** What is looked for in the words of all columns. */
  words: string;
  /** The order, as `SortHeader` shows it; as the list came if empty. */
  sort: string;
  page: number;
  readonly size: number;
  /** All that fit, in the order. */
  readonly fitting: Row[];
  /** Those of the page. */
  readonly shown: Row[];
}

/**
 * A list that came as a whole: found in, ordered and paged in the browser. What is looked for stays out of the address, it may be a
 * reader's words.
 */
export function useRows<Row>(all: () => readonly Row[], columns: Record<string, Column<Row>>, order = ''): Rows<Row> {
  const words = ref('');
  const sort = ref(order);
  const page = ref(1);

  const fitting = computed(() => {
    const wanted = words.value.trim().toLowerCase();
    const holds = ({ text }: Column<Row>, row: Row): boolean => {
      const cell = text(row);
      return typeof cell === 'string' && cell.toLowerCase().includes(wanted);
    };
    const found = all().filter((row) => !wanted || Object.values(columns).some((column) => holds(column, row)));
    const descending = sort.value.startsWith('-');
    const column = columns[sort.value.replace(/^-/, '')];
    if (!column) return found;
    const by = column.by ?? column.text;
    return found.sort((one, other) => compared(by(one), by(other), descending));
  });
  const last = computed(() => Math.max(1, Math.ceil(fitting.value.length / SIZE)));
  const shown = computed(() => {
    const first = (Math.min(page.value, last.value) - 1) * SIZE;
    return fitting.value.slice(first, first + SIZE);
  });
  watch([words, sort], () => (page.value = 1));

  return reactive({ words, sort, page, size: SIZE, fitting, shown }) as Rows<Row>;
}
