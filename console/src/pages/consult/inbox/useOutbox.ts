import { onScopeDispose, reactive, watch } from 'vue';
import { api, call } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import { place, type Place } from '@/session/kept';
import { useSession } from '@/session/session';
import type { Message, SitePage } from '../shapes';

const SAVE_AFTER = 250;

export type Attached =
  | { kind: 'record' | 'faq'; id: string; title: string }
  /** A page of the readers' site, as it was listed. */
  | { kind: 'page'; page: SitePage; title: string };

/** A reply or note on its way. Its key is the same at each attempt, so that it is sent once however often it is tried. */
export interface Leaving {
  key: string;
  note: boolean;
  text: string;
  attached: Attached | null;
  /** `unsure`: no answer came, it may have arrived. */
  state: 'sending' | 'unsure';
}

export interface Kept {
  text: string;
  note: string;
  attached: Attached | null;
  leaving: Leaving[];
}

export interface Outbox {
  kept: Kept;
  /** What the server refused last, in its words; the text is then back in its field. */
  refused: { problem: Problem | null };
  send: (note: boolean) => Promise<Message | null>;
  again: (one: Leaving) => Promise<Message | null>;
  /** Takes back what is unsure into its field. */
  takeBack: (one: Leaving) => void;
  /** These keys were read back from the server: what they belong to has arrived. */
  arrived: (keys: Set<string>) => void;
}

function newKey(): string {
  // randomUUID exists only over https; a key needs to be unlike others, not secret.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function read(from: Place<Kept>): Kept {
  const told = from.read();
  // A page that went away while sending cannot know whether it arrived.
  const leaving = (told.leaving ?? []).map((one) => ({ ...one, state: 'unsure' as const }));
  return { text: '', note: '', attached: null, ...told, leaving };
}

/** What is written to a conversation and not sent yet, kept in the browser over reload and sign-in. */
export function useOutbox(conversation: string): Outbox {
  const { state } = useSession();
  const account = state.session?.name ?? '';
  const drafts = place<Kept>(account, `consult ${conversation}`, () => state.session?.name === account);
  const kept = reactive(read(drafts));
  const refused = reactive<{ problem: Problem | null }>({ problem: null });
  const path = { path: { id: conversation } };

  function save(): void {
    const nothing = !kept.text && !kept.note && !kept.attached && kept.leaving.length === 0;
    drafts.write(nothing ? null : kept);
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(kept, () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
  });
  window.addEventListener('pagehide', save);
  onScopeDispose(() => {
    clearTimeout(timer);
    window.removeEventListener('pagehide', save);
    save();
  });

  function drop(one: Leaving): void {
    kept.leaving = kept.leaving.filter((other) => other.key !== one.key);
    save();
  }

  function takeBack(one: Leaving): void {
    const field = one.note ? 'note' : 'text';
    kept[field] = [one.text, kept[field]].filter(Boolean).join('\n');
    if (one.attached) kept.attached ??= one.attached;
    drop(one);
  }

  function arrived(keys: Set<string>): void {
    for (const one of kept.leaving.filter((other) => other.state === 'unsure' && keys.has(other.key))) drop(one);
  }

  async function again(one: Leaving): Promise<Message | null> {
    one.state = 'sending';
    refused.problem = null;
    const { key, text, attached } = one;
    try {
      const sent = one.note
        ? await call(api.POST('/api/v1/conversations/{id}/notes', { params: path, body: { key, text } }))
        : await call(
            api.POST('/api/v1/conversations/{id}/replies', {
              params: path,
              body: {
                key,
                text,
                record: attached?.kind === 'record' ? attached.id : null,
                faq: attached?.kind === 'faq' ? attached.id : null,
                page: attached?.kind === 'page' ? attached.page : null,
              },
            }),
          );
      drop(one);
      return sent;
    } catch (error) {
      const problem = asProblem(error);
      // The server said no, so nothing was sent. After 5xx and silence nobody knows; a lost session is waited for.
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 401) {
        takeBack(one);
        refused.problem = problem;
      } else {
        one.state = 'unsure';
        save();
      }
      return null;
    }
  }

  async function send(note: boolean): Promise<Message | null> {
    const text = (note ? kept.note : kept.text).trim();
    const attached = note ? null : kept.attached;
    if (!text && !attached) return null;
    kept.leaving.push({ key: newKey(), note, text, attached, state: 'sending' });
    if (note) kept.note = '';
    else Object.assign(kept, { text: '', attached: null });
    save();
    const one = kept.leaving[kept.leaving.length - 1];
    return one ? again(one) : null;
  }

  return { kept, refused, send, again, takeBack, arrived };
}
