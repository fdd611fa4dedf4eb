import { api, call } from '@/api/client';
import { asProblem, Problem, problemOf } from '@/api/problem';
import type { Import } from '../shapes';

/** Sends a catalogue file as it is. `fetch` cannot tell how much has gone out, so this is the older way. */
export async function upload(file: File, heard: (part: number) => void, signal: AbortSignal): Promise<Import> {
  // A fresh form token, and an ended session is found before the file travels.
  const { form_token } = await call(api.GET('/api/v1/session', { signal }));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/imports');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
    request.setRequestHeader('x-form-token', form_token);
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
      if (request.status === 200) resolve(body as Import);
      else reject(problemOf(request.status, body));
    });
    request.addEventListener('error', () => reject(asProblem(new TypeError('network'))));
    request.addEventListener('abort', () => reject(new Problem(0, 'stopped', '没有上传', '上传已停止，文件没有留下。')));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
