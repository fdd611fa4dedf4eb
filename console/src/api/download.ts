import { send } from './send';
import { asProblem, problemOf } from './problem';

type Query = Record<string, string | number | boolean | null | undefined>;

/** `path` with the parameters that say something. */
export function withQuery(path: string, query: Query = {}): string {
  const told = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') told.set(name, String(value));
  }
  const text = told.toString();
  return text ? `${path}?${text}` : path;
}

function nameIn(header: string | null): string | null {
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(header ?? '');
  if (extended?.[1]) return decodeURIComponent(extended[1]);
  return /filename="?([^";]+)"?/i.exec(header ?? '')?.[1] ?? null;
}

/** Hands text or a blob to the browser as a file. */
export function saveAs(content: Blob | string, name: string): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'text/plain;charset=utf-8' }) : content;
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Fetches a file and saves it; throws a `Problem` with the server's words instead of saving an error page. */
export async function download(path: string, query: Query, fallbackName: string): Promise<void> {
  try {
    const response = await send(new Request(withQuery(path, query)));
    if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null));
    saveAs(await response.blob(), nameIn(response.headers.get('content-disposition')) ?? fallbackName);
  } catch (error) {
    throw asProblem(error);
  }
}
