import { shallowRef } from 'vue';

/**
 * What is asked of a list that stands within a page: its filters, its order, its page. It stays out of the address. `ask`
 * changes some of it and begins at the first page, unless it names another.
 */
export function useAsked<F extends object>(first: F) {
  const asked = shallowRef({ ...first, page: 1 });
  function ask(some: Partial<F & { page: number }>): void {
    asked.value = { ...asked.value, page: 1, ...some };
  }
  return { asked, ask };
}
