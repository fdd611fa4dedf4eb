// The pages of the console, read from its routes, so that a page nobody walks to is seen.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';

const source = new URL('../console/src/', import.meta.url);

function paths(text) {
  return [...text.matchAll(/\bpath:\s*'([^']+)'/g)].map(([, path]) => path);
}

/** A file of the console; empty where there is none: the doors stand in the router itself, and few services have rooms. */
function text(path) {
  return readFile(new URL(path, source), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

/** The files of a service that say which pages it has: its routes, and of each of its rooms what `routes.ts` takes in. */
async function filesOf(service) {
  const entries = await readdir(new URL(`pages/${service}/`, source), { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory()).map((entry) => `pages/${service}/${entry.name}/pages.ts`);
  return [`pages/${service}/routes.ts`, ...rooms.sort()];
}

/** Every route of the console, as it is written. */
export async function routes() {
  const services = (await readdir(new URL('pages/', source))).sort();
  const files = (await Promise.all(services.map(filesOf))).flat();
  const all = paths((await Promise.all(['router.ts', ...files].map(text))).join('\n'));
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
