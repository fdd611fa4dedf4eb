// No sideways scrolling on the smallest phones, however large the reader sets the text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, heading, pages, phone, site } from '../../hall.mjs';

let running;
before(async () => { running = await browser(); });
after(() => running.close());

/** How far the page is wider than the phone, and what sticks out. */
function overhang(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > width + 1);
    return out.slice(0, 5).map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 20)}`);
  });
}

for (const large of [false, true]) {
  test(`no sideways scrolling in ${large ? 'large' : 'normal'} type`, async () => {
    const context = await phone(running, { large });
    const page = await context.newPage();
    for (const { name, url, heading: expected } of await pages(running)) {
      for (const width of [320, 360]) {
        await page.setViewportSize({ width, height: 640 });
        await page.goto(url);
        await heading(page, expected);
        for (const percent of [100, 150, 200]) {
          // As a browser's or WeChat's own setting does it: on top of what the page asks for.
          await page.evaluate(([scale, base]) => { document.documentElement.style.fontSize = `${base * scale}%`; }, [percent / 100, large ? 129 : 100]);
          assert.deepEqual(await overhang(page), [], `${name} at ${width} px, ${percent} %`);
        }
      }
    }
    await context.close();
  });
}

test('the search box keeps room for words', async () => {
  const context = await phone(running);
  const page = await context.newPage();
  await page.setViewportSize({ width: 320, height: 640 });
  for (const url of [site, `${site}/search`]) {
    await page.goto(url);
    for (const percent of [100, 200]) {
      await page.evaluate((scale) => { document.documentElement.style.fontSize = `${scale}%`; }, percent);
      const { width } = await page.getByRole('combobox').boundingBox();
      assert.ok(width >= 7 * 16 * (percent / 100), `${url} at ${percent} %: ${width} px`);
    }
  }
  await context.close();
});

test('a planted overhang is found', async () => {
  const context = await phone(running);
  const page = await context.newPage();
  await page.goto(site);
  await heading(page, '查档案');
  await page.evaluate(() => { document.querySelector('h1').style.width = '500px'; });
  assert.notDeepEqual(await overhang(page), []);
  await context.close();
});

test('the reader may enlarge the page', async () => {
  const context = await phone(running);
  const page = await context.newPage();
  await page.goto(site);
  const viewport = await page.locator('meta[name=viewport]').getAttribute('content');
  assert.doesNotMatch(viewport, /user-scalable|maximum-scale/);
  await context.close();
});
