import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue';
import { api, call } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import { place } from '@/session/kept';
import { useSession } from '@/session/session';
import type { Body, Draft, Whole } from './shapes';
import { copied } from './words';

const KEEP_AFTER = 250;
const SAVE_AFTER = 1500;
const AGAIN_AFTER = 5000;

/** `offline`: the server was not reached, and is tried again by itself. */
export type Saving = 'saved' | 'waiting' | 'saving' | 'offline' | 'conflict' | 'refused';

interface Kept {
  account: string;
  body: Body;
  /** The save it was written from. */
  from: number;
}

/**
 * A draft as it is written: saved a moment after each pause, and kept in the browser until the server has it. A save names
 * the one it began from; if somebody else saved meanwhile nothing is sent until the writer has chosen.
 */
export function useDraft(whole: Whole) {
  const { state } = useSession();
  const me = state.session?.name ?? '';
  const id = whole.draft.id;
  const kept = place<Kept>(me, `draft ${id}`, () => state.session?.name === me);
  const form = reactive({ account: whole.draft.account, body: copied(whole.body) });
  const draft = shallowRef<Draft>(whole.draft);
  const from = ref(whole.saves);
  const saving = ref<Saving>('saved');
  const problem = shallowRef<Problem | null>(null);
  const written = (): string => JSON.stringify({ account: form.account, body: form.body });
  let saved = written();
  const dirty = computed(() => saving.value !== 'saved');
  /** Whether something was found in this browser that no save had taken. */
  const found = ref(false);

  const left = kept.read();
  if (left.body && left.from !== undefined && left.body.kind === form.body.kind) {
    Object.assign(form, { account: left.account ?? form.account, body: left.body });
    if (written() === saved) kept.write(null);
    else {
      found.value = true;
      saving.value = left.from === from.value ? 'waiting' : 'conflict';
    }
  }

  function keep(): void {
    kept.write(saving.value === 'saved' ? null : { account: form.account, body: copied(form.body), from: from.value });
  }

  let keeping: ReturnType<typeof setTimeout> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | null = null;

  function later(pause: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), pause);
  }

  function failed(error: unknown): false {
    const told = asProblem(error);
    problem.value = told;
    if (told.status === 0 || told.status >= 500 || told.signedOut) {
      saving.value = 'offline';
      later(AGAIN_AFTER);
    } else saving.value = told.kind === 'conflict' ? 'conflict' : 'refused';
    keep();
    return false;
  }

  async function send(): Promise<boolean> {
    const now = written();
    const body = JSON.parse(now) as { account: string; body: Body };
    saving.value = 'saving';
    try {
      const answer = await call(api.PUT('/api/v1/push/drafts/{id}', { params: { path: { id } }, body: { ...body, began_from: from.value } }));
      saved = now;
      from.value = answer.saves;
      draft.value = answer.draft;
      problem.value = null;
      found.value = false;
      saving.value = written() === saved ? 'saved' : 'waiting';
      keep();
      if (saving.value === 'waiting') later(SAVE_AFTER);
      return saving.value === 'saved';
    } catch (error) {
      return failed(error);
    }
  }

  /** Saves now what is not saved; whether all is. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer);
    if (running) await running;
    if (saving.value === 'saved') return true;
    if (saving.value === 'conflict') return false;
    running = send();
    const done = await running;
    running = null;
    return done || (written() !== saved && problem.value === null ? flush() : false);
  }

  function changed(): void {
    if (written() === saved && saving.value !== 'saving') {
      if (saving.value !== 'conflict') saving.value = 'saved';
      clearTimeout(timer);
    } else if (saving.value !== 'conflict' && saving.value !== 'saving') {
      if (saving.value !== 'offline') saving.value = 'waiting';
      later(SAVE_AFTER);
    }
    clearTimeout(keeping);
    keeping = setTimeout(keep, KEEP_AFTER);
  }
  watch(form, changed, { deep: true });

  async function newest(): Promise<Whole> {
    return call(api.GET('/api/v1/push/drafts/{id}', { params: { path: { id } } }));
  }

  function take(fresh: Whole): void {
    clearTimeout(timer);
    Object.assign(form, { account: fresh.draft.account, body: copied(fresh.body) });
    draft.value = fresh.draft;
    from.value = fresh.saves;
    saved = written();
    saving.value = 'saved';
    problem.value = null;
    found.value = false;
    kept.write(null);
  }

  /** Lets go of what was written here, for what the server has. */
  async function giveUp(): Promise<void> {
    take(await newest());
  }

  /** Saves what was written here over what somebody else saved; that stays among the versions. */
  async function over(): Promise<void> {
    const fresh = await newest();
    from.value = fresh.saves;
    saving.value = 'waiting';
    if (!(await flush()) && problem.value) throw problem.value;
  }

  function leave(): void {
    clearTimeout(keeping);
    keep();
  }
  window.addEventListener('pagehide', leave);
  const online = (): void => void flush();
  window.addEventListener('online', online);
  watch(
    () => state.renewals,
    () => void flush(),
  );
  onScopeDispose(() => {
    window.removeEventListener('pagehide', leave);
    window.removeEventListener('online', online);
    clearTimeout(timer);
    leave();
  });
  if (saving.value === 'waiting') later(SAVE_AFTER);

  return { form, draft, from, saving, problem, dirty, found, flush, giveUp, over };
}

export type Editing = ReturnType<typeof useDraft>;
