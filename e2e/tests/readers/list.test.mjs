// The reader's list: filled, changed, passed on, cited, taken along and asked for, all without JavaScript.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { browser, heading, phone, recordAddress, site } from '../../hall.mjs';

let running;
before(async () => { running = await browser(); });
after(() => running.close());

const results = `${site}/search?q=${encodeURIComponent('通知')}`;

/** A page of a reader without JavaScript who added the first results of a search. */
async function reader(count) {
  const context = await phone(running, { script: false });
  const page = await context.newPage();
  await page.goto(results);
  for (let n = 0; n < count; n += 1) {
    await page.getByRole('button', { name: '加入清单' }).first().click();
    await page.getByRole('link', { name: `清单（${n + 1}）` }).waitFor();
  }
  return page;
}

const titles = (page) => page.locator('.hits h2').allInnerTexts();

test('results are added where the reader is, and the list shows them', async () => {
  const page = await reader(2);
  assert.equal(new URL(page.url()).pathname, '/search');
  const expected = (await titles(page)).slice(0, 2);
  assert.equal(await page.getByRole('button', { name: '移出清单' }).count(), 2);
  const top = await page.locator('.hits > li').nth(1).evaluate((entry) => entry.getBoundingClientRect().top);
  assert.ok(Math.abs(top) < 100, `the entry that was added is in sight, at ${top}`);
  await page.getByRole('link', { name: '看清单' }).first().click();
  await heading(page, '我的清单');
  assert.deepEqual(await titles(page), expected);
});

test('a record is added from its page and taken out there', async () => {
  const context = await phone(running, { script: false });
  const page = await context.newPage();
  await page.goto(await recordAddress(running));
  const title = await heading(page, /广东省/);
  await page.getByRole('button', { name: '加入清单' }).click();
  await heading(page, title);
  await page.getByRole('link', { name: '清单（1）' }).click();
  assert.deepEqual(await titles(page), [title]);
  await page.goBack();
  await page.getByRole('button', { name: '移出清单' }).click();
  await heading(page, title);
  assert.equal(await page.getByRole('link', { name: /^清单/ }).count(), 0);
});

test('what is taken out can be put back, one or all', async () => {
  const page = await reader(3);
  await page.goto(`${site}/list`);
  const all = await titles(page);
  await page.getByRole('button', { name: '移出清单' }).nth(1).click();
  assert.equal(await page.getByRole('status').innerText(), '已移出 1 条。');
  assert.deepEqual(await titles(page), [all[0], all[2]]);
  await page.getByRole('button', { name: '放回去' }).click();
  assert.deepEqual(await titles(page), all);
  await page.getByRole('button', { name: '清空清单' }).click();
  await heading(page, '我的清单');
  assert.equal(await page.locator('.hits').count(), 0);
  assert.equal(await page.locator('main').getByRole('link', { name: '检索档案' }).count(), 1, 'an empty list leads on');
  await page.getByRole('button', { name: '放回去' }).click();
  assert.deepEqual(await titles(page), all);
});

test('the list stands in the order of the codes if asked', async () => {
  const page = await reader(3);
  await page.goto(`${site}/list`);
  await page.locator('.orders').getByRole('link', { name: '档号' }).click();
  const codes = await page.locator('.hits .code').allInnerTexts();
  assert.equal(codes.length, 3);
  assert.deepEqual(codes, codes.toSorted());
  await page.locator('.orders').getByRole('link', { name: '加入先后' }).click();
});

test('a list is passed on and taken over by somebody else', async () => {
  const giver = await reader(2);
  await giver.goto(`${site}/list`);
  const expected = await titles(giver);
  await giver.getByRole('link', { name: /转发给别人/ }).click();
  await heading(giver, '转发的清单');
  const address = await giver.locator('#address').innerText();
  assert.equal(address, giver.url());
  const context = await phone(running, { script: false });
  const page = await context.newPage();
  await page.goto(address);
  await heading(page, '转发的清单');
  assert.deepEqual(await titles(page), expected);
  await page.getByRole('button', { name: '收进我的清单' }).click();
  await heading(page, '我的清单');
  assert.deepEqual(await titles(page), expected);
});

test('a list is cited and written into a table', async () => {
  const page = await reader(2);
  await page.goto(`${site}/list`);
  const codes = await page.locator('.hits .code').allInnerTexts();
  await page.getByRole('link', { name: /引用格式/ }).click();
  await heading(page, '引用格式');
  const cited = await page.locator('#cite p').allInnerTexts();
  assert.equal(cited.length, 2);
  cited.forEach((citation, at) => assert.ok(/《.+》.*藏/.test(citation) && citation.endsWith(`${codes[at]}。`), citation));
  await page.getByRole('link', { name: '清单', exact: true }).click();
  const [table] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /CSV/ }).click(),
  ]);
  assert.match(table.suggestedFilename(), /^archives-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await table.path(), 'utf8')).split('\n').filter((line) => line !== '');
  assert.match(lines[0], /^\ufeff"档号","题名"/);
  assert.deepEqual(lines.slice(1).map((line) => line.split('"')[1]), codes);
});

test('the slip asks for nothing on the screen and has blanks on paper', async () => {
  const page = await reader(2);
  await page.goto(`${site}/list`);
  const codes = await page.locator('.hits .code').allInnerTexts();
  await page.getByRole('link', { name: /查阅申请单/ }).click();
  await heading(page, /查阅申请单$/);
  assert.equal(await page.locator('main').locator('input, textarea, select').count(), 0);
  const blank = page.getByRole('rowheader', { name: '姓名' });
  assert.ok(!(await blank.isVisible()) && (await page.getByText('在公众号里说').isVisible()));
  await page.emulateMedia({ media: 'print' });
  assert.ok((await blank.isVisible()) && !(await page.getByText('在公众号里说').isVisible()));
  assert.ok(!(await page.getByRole('navigation', { name: '主导航' }).isVisible()));
  const printed = await page.locator('main').innerText();
  for (const text of [...codes, '地址', '开放时间', '电话']) assert.ok(printed.includes(text), text);
});

test('what is not there is counted and not named', async () => {
  const context = await phone(running, { script: false });
  await context.addCookies([{ name: 'lantai-list', value: 'aaaaaaaaaaaaaaaa', url: site }]);
  const page = await context.newPage();
  await page.goto(`${site}/list`);
  await heading(page, '我的清单');
  assert.ok((await page.locator('main').innerText()).includes('有 1 条现在不能显示'));
  await page.getByRole('button', { name: '从清单里移出' }).click();
  assert.ok(!(await page.locator('main').innerText()).includes('不能显示'));
});
