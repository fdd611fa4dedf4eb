// What the first view costs on the line: all bytes of all answers, headers included, with nothing in the cache.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, heading, pages, phone } from '../../hall.mjs';

const BUDGET = 15 * 1024;

let running;
before(async () => { running = await browser(); });
after(() => running.close());

test('every page arrives whole in one answer and under 15 KB', async (t) => {
  for (const { name, url, heading: expected } of await pages(running)) {
    const context = await phone(running);
    const page = await context.newPage();
    const line = await context.newCDPSession(page);
    await line.send('Network.enable');
    await line.send('Network.setCacheDisabled', { cacheDisabled: true });
    let bytes = 0;
    const asked = [];
    line.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    line.on('Network.requestWillBeSent', ({ request }) => asked.push(new URL(request.url).pathname));
    await page.goto(url, { waitUntil: 'networkidle' });
    await heading(page, expected);
    t.diagnostic(`${name}: ${bytes} bytes, ${asked.length} request(s)`);
    assert.ok(bytes > 1000, 'the bytes were counted');
    assert.ok(bytes < BUDGET, `${name}: ${bytes} bytes`);
    const beside = asked.slice(1).filter((path) => path !== '/seal.svg');
    assert.deepEqual(beside, [], 'nothing but the icon is asked for beside the page');
    await context.close();
  }
});
