// Writes .gz and .br beside every text file of dist: the server picks one, and compresses nothing while running.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TEXT = new Set(['.css', '.html', '.js', '.json', '.mjs', '.svg', '.txt']);
const root = new URL('./dist/', import.meta.url).pathname;
const totals = { raw: 0, gz: 0, br: 0 };

for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !TEXT.has(extname(entry.name))) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const raw = await readFile(path);
  const gz = gzipSync(raw, { level: 9 });
  const br = brotliCompressSync(raw, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length },
  });
  await Promise.all([writeFile(`${path}.gz`, gz), writeFile(`${path}.br`, br)]);
  totals.raw += raw.length;
  totals.gz += gz.length;
  totals.br += br.length;
}

const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`;
console.log(`compressed: raw ${kilobytes(totals.raw)}, gzip ${kilobytes(totals.gz)}, brotli ${kilobytes(totals.br)}`);
