import { onScopeDispose } from 'vue';
import { api } from '@/api/client';

const EVERY = 20_000;

/** Tells the others that this conversation is being looked at, as long as its page is in view. */
export function usePresence(id: string): void {
  function tell(): void {
    if (document.visibilityState !== 'visible') return;
    // Nobody waits for this; when it fails, the reads that follow say so.
    void api.PUT('/api/v1/conversations/{id}/present', { params: { path: { id } } }).catch(() => undefined);
  }
  const clock = setInterval(tell, EVERY);
  tell();
  onScopeDispose(() => clearInterval(clock));
}
