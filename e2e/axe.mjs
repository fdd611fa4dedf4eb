// What axe finds of WCAG A and AA on a page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What is still fading in has too little contrast for a moment. */
function settled() {
  const running = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
  return Promise.all(running.map((one) => one.finished.catch(() => undefined))).then(() => undefined);
}

export async function findings(page) {
  await page.evaluate(settled);
  await page.evaluate(axe);
  const result = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
  assert.ok(result.passes.length > 5, 'axe looked at the page');
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
}
