import { computed, reactive } from 'vue';
import { api, call, type Shape } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import { keepWith } from '@/api/send';
import { forgetKept } from './kept';
import type { Permission } from './permissions';

export type Session = Shape<'Session'>;
export type Step = 'password' | 'code' | 'set-up';

const STEP_KEY = 'lantai-console-step';

interface State {
  known: boolean;
  session: Session | null;
  /** The session ended while a page was open: the sign-in screen lies over it, so that no form is lost. */
  expired: boolean;
  /** Who stands at that door meanwhile; the page below keeps the old session, and with it its rights. */
  atDoor: Session | null;
  /** Grows with each sign-in over an expired session; what failed meanwhile loads again. */
  renewals: number;
  trouble: Problem | null;
}

const state = reactive<State>({ known: false, session: null, expired: false, atDoor: null, renewals: 0, trouble: null });

/** What to do next at the door. Kept over a reload, because the session itself does not tell code from set-up. */
function rememberStep(step: Step | null): void {
  if (step) sessionStorage.setItem(STEP_KEY, step);
  else sessionStorage.removeItem(STEP_KEY);
}

function stepOfHalf(): Step {
  return sessionStorage.getItem(STEP_KEY) === 'set-up' ? 'set-up' : 'code';
}

function current(): Session | null {
  return state.expired ? state.atDoor : state.session;
}

function hold(session: Session | null): void {
  if (state.expired) state.atDoor = session;
  else state.session = session;
  state.known = true;
}

/** Reads who is in. Nobody is an answer too; only a server that cannot answer is trouble. */
async function load(): Promise<void> {
  const { data, response, error } = await api.GET('/api/v1/session').catch((thrown: unknown) => ({
    data: undefined,
    response: null,
    error: thrown,
  }));
  state.trouble = null;
  if (data) {
    hold(data);
  } else if (response?.status === 401) {
    hold(null);
  } else {
    state.trouble = asProblem(response ? new Error(String(response.status)) : error);
  }
}

const isIn = computed(() => state.session?.stage === 'whole');

function may(permission: Permission | null | undefined): boolean {
  return !permission || (isIn.value && (state.session?.permissions.includes(permission) ?? false));
}

/** After any act at the door: the form token is another one, and perhaps the stage. */
async function proceed(next: Shape<'Next'>['next']): Promise<Step | 'done'> {
  rememberStep(next === 'nothing' ? null : next);
  await load();
  return next === 'nothing' ? 'done' : next;
}

async function signIn(name: string, password: string): Promise<Step | 'done'> {
  const { next } = await call(api.POST('/api/v1/session', { body: { name, password } }));
  return proceed(next);
}

async function giveCode(code: string): Promise<Step | 'done'> {
  const { next } = await call(api.POST('/api/v1/session/code', { body: { code } }));
  return proceed(next);
}

async function confirmSecondFactor(code: string): Promise<string[]> {
  const answer = await call(api.PUT('/api/v1/session/second-factor', { body: { code } }));
  await proceed(answer.next);
  return answer.recovery_codes;
}

/** Proves anew who is in, before an act so grave that an open session is not enough. */
async function prove(password: string): Promise<void> {
  await call(api.PUT('/api/v1/session/proof', { body: { password } }));
  await load();
}

/** Ends the session at the server; here it is over even if the server did not hear it. */
async function signOut(): Promise<void> {
  await call(api.DELETE('/api/v1/session')).catch(() => undefined);
  forget();
  forgetKept();
}

function forget(): void {
  rememberStep(null);
  state.session = null;
  state.atDoor = null;
  state.expired = false;
}

/** The same person is back, and goes on; for another one the page starts anew. */
function renewed(): void {
  if (state.atDoor?.name !== state.session?.name) {
    location.assign(import.meta.env.BASE_URL);
    return;
  }
  state.session = state.atDoor;
  state.atDoor = null;
  state.expired = false;
  state.renewals += 1;
}

keepWith({
  formToken: () => current()?.form_token ?? null,
  async renew() {
    const name = current()?.name;
    await load();
    return name !== undefined && current()?.name === name;
  },
  expired() {
    // At the door 401 means a wrong password or code, which the form there tells.
    if (isIn.value) state.expired = true;
  },
});

export function useSession() {
  return { state, isIn, may, load, signIn, giveCode, confirmSecondFactor, prove, signOut, forget, renewed, stepOfHalf };
}
