import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { api, call } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import { useSession } from '@/session/session';
import type { Article, Report } from './shapes';

/** After the last keystroke. */
const AFTER = 600;
/** Only what takes longer is told: nothing flickers. */
const PATIENCE = 400;
const KEY = 'lantai.article-help';

export interface Check {
  on: Ref<boolean>;
  report: Readonly<Ref<Report | null>>;
  problem: Readonly<Ref<Problem | null>>;
  /** Looking for longer than a moment. */
  slow: Readonly<Ref<boolean>>;
  again: () => Promise<void>;
}

/** Looks an article through when it has not been typed in for a while; an earlier question is given up. */
export function useCheck(asked: () => { article: Article; draft?: string; pasted?: string }): Check {
  const on = ref(kept());
  const report = shallowRef<Report | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const slow = ref(false);
  let running: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stop(): void {
    clearTimeout(timer);
    running?.abort();
    running = null;
    slow.value = false;
  }

  async function again(): Promise<void> {
    stop();
    const mine = new AbortController();
    running = mine;
    const patience = setTimeout(() => (slow.value = running === mine), PATIENCE);
    const { article, draft, pasted = '' } = asked();
    try {
      const body = { article, draft: draft ?? null, pasted };
      const answer = await call(api.POST('/api/v1/push/quality', { body, signal: mine.signal }));
      if (running !== mine) return;
      report.value = answer;
      problem.value = null;
    } catch (error) {
      if (running === mine) problem.value = asProblem(error);
    } finally {
      clearTimeout(patience);
      if (running === mine) slow.value = false;
    }
  }

  watch(
    () => JSON.stringify(asked()),
    () => {
      if (!on.value) return;
      stop();
      timer = setTimeout(() => void again(), AFTER);
    },
  );
  watch(on, (now) => {
    keep(now);
    if (now) return void again();
    stop();
    report.value = null;
    problem.value = null;
  });
  const { state } = useSession();
  watch(
    () => state.renewals,
    () => {
      if (problem.value?.signedOut) void again();
    },
  );
  onScopeDispose(stop);
  if (on.value) void again();
  return { on, report, problem, slow, again };
}

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

function keep(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Without storage it is on again next time.
  }
}
