import { ref, shallowRef, watch, type Ref } from 'vue';
import { asProblem, type Problem } from '@/api/problem';
import { useSession } from '@/session/session';

export interface Act<Given extends unknown[]> {
  busy: Readonly<Ref<boolean>>;
  problem: Readonly<Ref<Problem | null>>;
  /** Runs the act; whether it succeeded. A second call while one runs does nothing. */
  run: (...given: Given) => Promise<boolean>;
  clear: () => void;
}

/** A changing act of a form: busy while it runs, its problem kept for a ProblemAlert. */
export function useAct<Given extends unknown[]>(act: (...given: Given) => Promise<unknown>): Act<Given> {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);

  // What failed for want of a session may be tried again, and is no problem any more.
  const { state } = useSession();
  watch(
    () => state.renewals,
    () => {
      if (problem.value?.signedOut) problem.value = null;
    },
  );

  async function run(...given: Given): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    problem.value = null;
    try {
      await act(...given);
      return true;
    } catch (error) {
      problem.value = asProblem(error);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, problem, run, clear: () => (problem.value = null) };
}
