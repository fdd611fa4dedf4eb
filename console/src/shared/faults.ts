import { nextTick } from 'vue';

/** Brings the first field that is marked wrong, or the first word in red, into sight and gives it the focus. */
export async function showFirstFault(form: Element | null | undefined): Promise<void> {
  await nextTick();
  const found = form?.querySelector<HTMLElement>('[aria-invalid="true"], .error');
  found?.scrollIntoView({ block: 'center' });
  found?.focus({ preventScroll: true });
}
