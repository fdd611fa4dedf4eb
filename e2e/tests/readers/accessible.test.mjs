// axe finds nothing of WCAG A and AA, in both sizes and both colour schemes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from '../../axe.mjs';
import { browser, heading, pages, phone, site, someIds } from '../../hall.mjs';

let running;
before(async () => { running = await browser(); });
after(() => running.close());

/** Links and buttons that stand alone, smaller than a finger in this size. */
function smallTargets(page, least) {
  return page.evaluate((limit) => {
    const alone = 'button, summary, input:not([type=hidden]), .tabs a, .tile, .links a, .chips a, .facets a, .pager a, .size, .do';
    return [...document.querySelectorAll(alone)]
      .map((element) => [element.innerText || element.name, element.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.height < limit - 0.5 || box.width < limit - 0.5))
      .map(([text, box]) => `${text} ${Math.round(box.width)}×${Math.round(box.height)}`);
  }, least);
}

for (const large of [false, true]) {
  for (const dark of [false, true]) {
    const mode = `${large ? 'large' : 'normal'} type, ${dark ? 'dark' : 'light'}`;
    test(`nothing to find in ${mode}`, async () => {
      // Some that are there, one that is not, and one that was just taken out.
      const [first, second, out] = await someIds(running);
      const list = [first, second, 'aaaaaaaaaaaaaaaa', `-${out}`];
      const context = await phone(running, { large, dark, list });
      const page = await context.newPage();
      const complaints = [];
      page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
      for (const { name, url, heading: expected } of await pages(running)) {
        await page.goto(url);
        await heading(page, expected);
        assert.deepEqual(await findings(page), [], `${name}, ${mode}`);
        assert.deepEqual(await smallTargets(page, large ? 60 : 48), [], `targets of ${name}, ${mode}`);
      }
      assert.deepEqual(complaints, [], 'the content security policy lets our own style and script run');
      await context.close();
    });
  }
}

test('a planted fault is found', async () => {
  const context = await phone(running);
  const page = await context.newPage();
  await page.goto(site);
  await heading(page, '查档案');
  await page.evaluate(() => {
    const pale = document.createElement('p');
    pale.textContent = '看不清的字';
    pale.style.color = '#ccc';
    document.querySelector('main').append(pale, document.createElement('img'));
  });
  const found = (await findings(page)).join('\n');
  assert.match(found, /color-contrast/);
  assert.match(found, /image-alt/);
  await context.close();
});
