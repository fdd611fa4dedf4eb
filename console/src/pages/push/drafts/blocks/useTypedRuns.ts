import { ref, watch, type Ref } from 'vue';
import { runsOf, typedOf } from '../runs';
import type { Run } from '../shapes';

/** Words with their looks as text that is typed; what changes on either side shows on the other. */
export function useTypedRuns(read: () => Run[], write: (runs: Run[]) => void): Ref<string> {
  const typed = ref(typedOf(read()));
  watch(typed, (text) => {
    const runs = runsOf(text);
    if (JSON.stringify(runs) !== JSON.stringify(read())) write(runs);
  });
  watch(
    () => JSON.stringify(read()),
    (now) => {
      if (now !== JSON.stringify(runsOf(typed.value))) typed.value = typedOf(read());
    },
  );
  return typed;
}
