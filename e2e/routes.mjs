// The pages of the console, read from its routes, so that a page nobody walks to is seen.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';

const source = new URL('../console/src/', import.meta.url);

function paths(text) {
  return [...text.matchAll(/\bpath:\s*'([^']+)'/g)].map(([, path]) => path);
}

/** Every route of the console, as it is written. */
export async function routes() {
  const services = (await readdir(new URL('pages/', source))).sort();
  // A service of several rooms keeps the pages of each beside them.
  const inRooms = (await readdir(new URL('pages/', source), { recursive: true })).filter((name) => /^[^/]+\/[^/]+\/pages\.ts$/.test(name));
  const files = await Promise.all([...services.map((name) => `${name}/routes.ts`), ...inRooms].map(async (name) => {
    const file = new URL(`pages/${name}`, source);
    return readFile(file, 'utf8').catch((error) => {
      // The doors of the console stand in the router itself.
      if (error.code === 'ENOENT') return '';
      throw error;
    });
  }));
  const all = paths([await readFile(new URL('router.ts', source), 'utf8'), ...files].join('\n'));
  assert.ok(all.length > 30 && all.includes('/') && all.includes('/rules/:id'), `routes were read: ${all.join(' ')}`);
  return all;
}

/** What of the routes is not walked, and what is walked that is none. */
export function compared(known, walked) {
  return {
    unwalked: known.filter((path) => !walked.includes(path)),
    unknown: walked.filter((path) => !known.includes(path)),
  };
}
