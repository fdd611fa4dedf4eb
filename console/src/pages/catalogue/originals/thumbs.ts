import type { Original } from '../shapes';

interface Manifest {
  items: { thumbnail?: { id: string }[] }[];
}

/**
 * Small pictures of the originals that readers see, by their numbers: the first page of each, from what any viewer reads of the
 * record (IIIF). What readers do not see has none.
 */
export async function thumbsOf(id: string, originals: Original[], signal: AbortSignal): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const shown = originals.filter((one) => one.shown);
  if (shown.length === 0) return found;
  const answer = await fetch(`/iiif/${encodeURIComponent(id)}/manifest.json`, { signal });
  if (!answer.ok) return found;
  const { items } = (await answer.json()) as Manifest;
  let at = 0;
  for (const one of shown) {
    const address = items[at]?.thumbnail?.[0]?.id;
    // The path alone: the console may be open under another name of the same house.
    if (address) found.set(one.number, new URL(address, location.href).pathname);
    // A file has a place for each of its pages; one without pages has one.
    at += Math.max(1, one.pages);
  }
  return found;
}
