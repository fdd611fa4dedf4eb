// What readers type stays text in the inbox: code of pages runs nowhere, nothing turns a line around, rare characters are whole.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../../hall.mjs';
import { base, desk, enter, follower, loaded, sound } from '../../staff.mjs';

const stamp = Date.now().toString(36);

/** As typed, and as staff see it. */
const SAID = [
  [`<img src=x onerror="document.title='hit'"><b id="bold-${stamp}">粗</b>`, null],
  ['<script>document.title="hit"</script><a href="javascript:document.title=1">点</a>', null],
  ['=HYPERLINK("https://evil.example","点")', null],
  ['查\u202E案档\u2069\u200F', '查案档'],
  ['𠮷𪚥𫝀𫠝𬺰𮯠𰀀𱍐葛\u{E0100}飾', null],
  ['👨‍👩‍👧‍👦🇨🇳❤️', null],
];

let running;
before(async () => { running = await browser(); });
after(() => running.close());

test('texts that are up to no good are shown as they were typed', async () => {
  const reader = await follower('什么都打的人');
  const first = `请看看这些 ${stamp}`;
  await reader.say('转人工');
  await reader.say(first);
  for (const [typed] of SAID) await reader.say(typed);

  const { context, page, complaints } = await desk(running);
  await enter(page, 'archivist');
  await page.goto(`${base}/consult?state=all&q=${stamp}`);
  await loaded(page);
  await page.locator('.list li a').first().click();
  await page.getByRole('article').filter({ hasText: first }).waitFor();
  await page.getByRole('article').filter({ hasText: SAID.at(-1)[0] }).waitFor();
  const shown = await page.getByRole('article').evaluateAll((all) => all.map((one) => one.textContent));
  for (const [typed, seen] of SAID) {
    const text = seen ?? typed;
    assert.ok(shown.some((one) => one.includes(text)), `${text} in ${JSON.stringify(shown)}`);
  }
  assert.ok(!shown.some((one) => /[\u202A-\u202E\u2066-\u2069\u200E\u200F]/.test(one)), 'nothing turns a line around');
  assert.equal(await page.locator(`#bold-${stamp}`).count(), 0, 'no element of the reader’s');
  assert.equal(await page.getByRole('article').locator('img[src="x"], script, a[href^="javascript"]').count(), 0);
  assert.doesNotMatch(await page.title(), /hit|^1$/, 'nothing of it ran');
  await sound(page, '咨询收件箱');
  assert.deepEqual(complaints, []);
  await context.close();
});
