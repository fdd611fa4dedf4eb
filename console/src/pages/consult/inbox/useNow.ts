import { onScopeDispose, ref, type Ref } from 'vue';

/** The time, moving on every half minute, for countdowns. */
export function useNow(): Readonly<Ref<Date>> {
  const now = ref(new Date());
  const clock = setInterval(() => (now.value = new Date()), 30_000);
  onScopeDispose(() => clearInterval(clock));
  return now;
}
