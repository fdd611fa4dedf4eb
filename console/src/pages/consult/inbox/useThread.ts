import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { api, call } from '@/api/client';
import { useAct, type Act } from '@/shared/useAct';
import { useLoad, type Load } from '@/shared/useLoad';
import type { Conversation, ConversationView, Message } from '../shapes';

export interface Thread {
  load: Load<ConversationView>;
  conversation: ComputedRef<Conversation | null>;
  /** All messages read so far, the oldest first. */
  messages: ComputedRef<Message[]>;
  earlier: Ref<string | null>;
  readEarlier: Act<[]>;
  /** Who else looks at it. */
  here: ShallowRef<string[]>;
  /** Puts an answer of the server in place without reading all again. */
  put: (fresh: Conversation | Message) => void;
}

/** A conversation with its messages. Each reading brings the last ones; what was read before stays. */
export function useThread(id: string): Thread {
  const known = shallowRef(new Map<string, Message>());
  const earlier = ref<string | null>(null);
  const here = shallowRef<string[]>([]);
  const head = shallowRef<Conversation | null>(null);
  let first = true;

  const path = { id };
  const load = useLoad((signal) => call(api.GET('/api/v1/conversations/{id}', { params: { path }, signal })));

  function learn(messages: Message[]): void {
    known.value = new Map([...known.value, ...messages.map((one): [string, Message] => [one.id, one])]);
  }

  watch(load.data, (view) => {
    if (!view) return;
    head.value = view.conversation;
    here.value = view.here;
    learn(view.messages);
    if (first) earlier.value = view.earlier;
    first = false;
  });

  const readEarlier = useAct(async () => {
    const query = { before: earlier.value ?? '' };
    const page = await call(api.GET('/api/v1/conversations/{id}/messages', { params: { path, query } }));
    learn(page.items);
    earlier.value = page.earlier;
  });

  function put(fresh: Conversation | Message): void {
    if ('kind' in fresh) learn([fresh]);
    else head.value = fresh;
  }

  return {
    load,
    conversation: computed(() => head.value),
    messages: computed(() => [...known.value.values()].sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id))),
    earlier,
    readEarlier,
    here,
    put,
  };
}
