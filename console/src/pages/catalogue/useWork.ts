import { computed, shallowRef, type ComputedRef } from 'vue';
import { api, call } from '@/api/client';
import { Problem } from '@/api/problem';
import type { Work } from './shapes';
import { useProgress } from './useProgress';

export interface Working {
  /** The work as it was told last; nothing if none was begun. */
  told: ComputedRef<Work | null>;
  running: ComputedRef<boolean>;
  /** Takes what the server answered to the act. A refusal is thrown, for the question that was asked. */
  hear: (next: Work) => void;
  forget: () => void;
}

/** Follows what the server does in the background on one's behalf. `over` is called once it has come to its end. */
export function useWork(over: () => void, begun: Work | null = null): Working {
  const work = shallowRef<Work | null>(begun);
  const progress = useProgress<Work>({
    address: () => `/api/v1/works/${encodeURIComponent(work.value?.id ?? '')}/progress`,
    ask: () => call(api.GET('/api/v1/works/{id}', { params: { path: { id: work.value?.id ?? '' } } })),
    runs: (told) => told.state === 'running',
    over: (told) => {
      work.value = told;
      over();
    },
    lost: over,
  });
  if (begun?.state === 'running') progress.follow();

  function hear(next: Work): void {
    work.value = next;
    if (next.state === 'running') progress.follow();
    else over();
    const { problem } = next;
    // That somebody else must agree is no refusal of the request.
    if (problem && problem.code !== 'second-person-needed') throw new Problem(409, problem.code, problem.title, problem.detail);
  }

  const running = computed(() => work.value?.state === 'running');
  return {
    told: computed(() => (running.value ? (progress.told.value ?? work.value) : work.value)),
    running,
    hear,
    forget: () => (work.value = null),
  };
}
