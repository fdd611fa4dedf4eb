import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { useSession } from '@/session/session';

const POLL = 15_000;
const AGAIN = 60_000;
const GATHER = 300;

export interface Live {
  /** Whether changes come by themselves; otherwise they are asked for every 15 seconds. */
  direct: Readonly<Ref<boolean>>;
}

function idIn(event: Event): { id: string; names: string[]; escalated: boolean } {
  try {
    const told: unknown = JSON.parse(event instanceof MessageEvent ? String(event.data) : '{}');
    const { id, names, escalated } = told as { id?: unknown; names?: unknown; escalated?: unknown };
    return { id: typeof id === 'string' ? id : '', names: Array.isArray(names) ? names.map(String) : [], escalated: escalated === true };
  } catch {
    return { id: '', names: [], escalated: false };
  }
}

/**
 * Tells of changes of conversations: by the server's stream, and by the clock where the stream does not come through.
 * `changed` without an id means that anything may have changed; `escalated`, that one has waited for too long.
 */
export function useLive(
  changed: (ids: Set<string> | null) => void,
  present: (id: string, names: string[]) => void,
  escalated: () => void = () => undefined,
): Live {
  const direct = ref(false);
  let source: EventSource | null = null;
  let poll: ReturnType<typeof setInterval> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let gathered = new Set<string>();

  function onChange(event: Event): void {
    const told = idIn(event);
    gathered.add(told.id);
    if (told.escalated) escalated();
    gathering ??= setTimeout(() => {
      const ids = gathered;
      gathered = new Set();
      gathering = undefined;
      changed(ids.has('') ? null : ids);
    }, GATHER);
  }

  function onPresent(event: Event): void {
    const { id, names } = idIn(event);
    if (id) present(id, names);
  }

  function ask(): void {
    if (document.visibilityState === 'visible') changed(null);
  }

  function pollFromNow(): void {
    direct.value = false;
    poll ??= setInterval(ask, POLL);
  }

  function connect(): void {
    clearTimeout(retry);
    source?.close();
    source = new EventSource('/api/v1/conversations/stream');
    source.addEventListener('change', onChange);
    source.addEventListener('present', onPresent);
    source.onopen = () => {
      clearInterval(poll);
      poll = undefined;
      direct.value = true;
      // What happened between two connections was not told.
      changed(null);
    };
    source.onerror = () => {
      pollFromNow();
      // A refusal ends the source for good; a broken line it mends by itself.
      if (source?.readyState === EventSource.CLOSED) {
        clearTimeout(retry);
        retry = setTimeout(connect, AGAIN);
      }
    };
  }

  const { state } = useSession();
  watch(() => state.renewals, connect);
  document.addEventListener('visibilitychange', ask);
  pollFromNow();
  connect();

  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', ask);
    source?.close();
    clearInterval(poll);
    clearTimeout(retry);
    clearTimeout(gathering);
  });

  return { direct };
}
