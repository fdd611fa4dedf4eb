import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';

const PAUSE = 2000;

interface Told {
  state: string;
}

/**
 * Follows what runs in the background: by the server's events, or by asking every two seconds where those do not come through.
 * `over` is called once with the last thing told. Leaving the page ends the following, not the work.
 */
export function useProgress<T extends Told>(given: {
  address: () => string;
  ask: () => Promise<T>;
  runs: (told: T) => boolean;
  over: (told: T) => void;
  /** Not to be asked any more, as after a restart of the server: the thing itself is read then. */
  lost: () => void;
}): { told: Readonly<ShallowRef<T | null>>; follow: () => void; stop: () => void } {
  const told: ShallowRef<T | null> = shallowRef(null);
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round = 0;

  function stop(): void {
    round += 1;
    source?.close();
    source = null;
    clearTimeout(timer);
  }

  function hear(news: T): boolean {
    told.value = news;
    if (given.runs(news)) return true;
    stop();
    given.over(news);
    return false;
  }

  async function poll(mine: number, misses = 0): Promise<void> {
    let left = misses;
    try {
      const news = await given.ask();
      if (mine !== round || !hear(news)) return;
      left = 0;
    } catch {
      if (mine !== round) return;
      left += 1;
      if (left > 5) {
        stop();
        given.lost();
        return;
      }
    }
    timer = setTimeout(() => void poll(mine, left), PAUSE);
  }

  function follow(): void {
    stop();
    const mine = round;
    source = new EventSource(given.address());
    source.addEventListener('progress', (event) => {
      if (mine !== round) return;
      hear(JSON.parse(event.data as string) as T);
    });
    source.addEventListener('error', () => {
      if (mine !== round) return;
      source?.close();
      source = null;
      void poll(mine);
    });
  }

  onScopeDispose(stop);
  return { told, follow, stop };
}
