import { onScopeDispose, ref, shallowRef, watch, type Ref, type WatchSource } from 'vue';
import { asProblem, type Problem } from '@/api/problem';
import { useSession } from '@/session/session';

export interface Load<Data> {
  data: Readonly<Ref<Data | null>>;
  problem: Readonly<Ref<Problem | null>>;
  loading: Readonly<Ref<boolean>>;
  /** Loading for more than 300 ms: time for a skeleton or a dimmed table, never before. */
  slow: Readonly<Ref<boolean>>;
  reload: () => Promise<void>;
}

const PATIENCE = 300;

/**
 * Loads when the page comes up, when `source` changes, and after a new sign-in if the old session had ended.
 * A late answer to an earlier question is dropped; what was shown stays until the new answer is there.
 */
export function useLoad<Data>(loader: (signal: AbortSignal) => Promise<Data>, source?: WatchSource<unknown>): Load<Data> {
  const data = shallowRef<Data | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(false);
  const slow = ref(false);
  let running: AbortController | null = null;

  async function reload(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    loading.value = true;
    const patience = setTimeout(() => (slow.value = running === mine), PATIENCE);
    try {
      const answer = await loader(mine.signal);
      if (running !== mine) return;
      data.value = answer;
      problem.value = null;
    } catch (error) {
      if (running === mine) problem.value = asProblem(error);
    } finally {
      clearTimeout(patience);
      if (running === mine) {
        loading.value = false;
        slow.value = false;
      }
    }
  }

  if (source) watch(source, reload);
  const { state } = useSession();
  watch(
    () => state.renewals,
    () => {
      if (problem.value?.signedOut) void reload();
    },
  );
  onScopeDispose(() => {
    running?.abort();
    running = null;
  });
  void reload();

  return { data, problem, loading, slow, reload };
}
