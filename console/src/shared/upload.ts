import { onScopeDispose, ref, type Ref } from 'vue';
import { api, call } from '@/api/client';
import { asProblem, Problem, problemOf } from '@/api/problem';
import { useAct, type Act } from './useAct';

interface Sending {
  heard: (part: number) => void;
  signal: AbortSignal;
  headers?: Record<string, string>;
}

/** Sends a file as it is. `fetch` cannot tell how much has gone out, so this is the older way. */
export async function upload<Answer>(path: string, file: File, { heard, signal, headers = {} }: Sending): Promise<Answer> {
  // A fresh form token, and an ended session is found before the file travels.
  const { form_token } = await call(api.GET('/api/v1/session', { signal }));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
    request.setRequestHeader('x-form-token', form_token);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) heard(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      let body: unknown = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // An answer of a proxy in between: its status is told.
      }
      if (request.status === 200) resolve(body as Answer);
      else reject(problemOf(request.status, body));
    });
    request.addEventListener('error', () => reject(asProblem(new TypeError('network'))));
    request.addEventListener('abort', () => reject(new Problem(0, 'stopped', '没有上传', '上传已停止，文件没有留下。')));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

export interface Upload<Given extends unknown[]> extends Act<Given> {
  /** How much has gone out, from 0 to 1. */
  sent: Ref<number>;
  stop: () => void;
}

/** An act that sends files; leaving the page stops it. */
export function useUpload<Given extends unknown[]>(act: (sending: Sending, ...given: Given) => Promise<unknown>): Upload<Given> {
  const sent = ref(0);
  let stopper = new AbortController();
  const running = useAct((...given: Given) => {
    sent.value = 0;
    stopper = new AbortController();
    return act({ heard: (part) => (sent.value = part), signal: stopper.signal }, ...given);
  });
  const stop = (): void => stopper.abort();
  onScopeDispose(stop);
  return { ...running, sent, stop };
}
