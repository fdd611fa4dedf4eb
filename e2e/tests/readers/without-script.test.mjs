// Everything a reader comes for works with JavaScript off.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, heading, phone, site } from '../../hall.mjs';

let running;
before(async () => { running = await browser(); });
after(() => running.close());

async function plainPage() {
  const context = await phone(running, { script: false });
  return context.newPage();
}

test('a document number is found, opened, and walked up to its fonds', async () => {
  const page = await plainPage();
  await page.goto(site);
  await heading(page, '查档案');
  await page.getByRole('combobox').fill('粤府[2023]68号');
  await page.getByRole('button', { name: '检索' }).click();
  await heading(page, '“粤府[2023]68号”的检索结果');
  const first = page.locator('.hits > li').first();
  assert.match(await first.innerText(), /粤府〔2023〕68号/);
  await first.getByRole('link').click();
  await heading(page, /省级行政职权/);
  assert.match(await page.locator('main').innerText(), /档号[\s\S]*题名[\s\S]*责任者/);
  const trail = page.getByRole('navigation', { name: '所在位置' });
  assert.ok((await trail.getByRole('link').count()) >= 2, 'the trail leads up to the fonds');
  await trail.getByRole('link').nth(1).click();
  await heading(page, /.+/);
  assert.ok((await page.locator('main .links a').count()) > 0, 'the fonds lists what it holds');
});

test('results are narrowed by a facet and the choice is taken back', async () => {
  const page = await plainPage();
  await page.goto(`${site}/search?q=${encodeURIComponent('通知')}`);
  await heading(page, '“通知”的检索结果');
  const count = async () => Number((await page.getByRole('status').innerText()).replaceAll(',', '').match(/\d+/)[0]);
  const all = await count();
  await page.getByText('筛选', { exact: true }).click();
  await page.locator('.facets a').first().click();
  await heading(page, '“通知”的检索结果');
  const some = await count();
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  await page.locator('.chips a').last().click();
  assert.equal(await count(), all);
});

test('the pager walks through the results', async () => {
  const page = await plainPage();
  await page.goto(`${site}/search?q=${encodeURIComponent('通知')}`);
  const firstHit = await page.locator('.hits h2').first().innerText();
  await page.getByRole('link', { name: '下一页' }).click();
  await heading(page, '“通知”的检索结果');
  assert.match(await page.getByRole('navigation', { name: '分页' }).innerText(), /第 2 页/);
  assert.notEqual(await page.locator('.hits h2').first().innerText(), firstHit);
});

test('a page is typed in, and one past the end is the last', async () => {
  const page = await plainPage();
  await page.goto(`${site}/search`);
  const pages = async () => {
    const told = await page.getByRole('navigation', { name: '分页' }).innerText();
    return told.match(/第 (\d+) 页，共 (\d+) 页/).slice(1).map(Number);
  };
  const [, last] = await pages();
  assert.ok(last > 10, `${last} pages`);
  await page.getByLabel('页码').fill('7');
  await page.getByRole('button', { name: '翻到' }).click();
  assert.deepEqual(await pages(), [7, last]);
  await page.goto(`${site}/search?page=${last + 40}`);
  assert.deepEqual(await pages(), [last, last]);
  assert.ok((await page.locator('.hits h2').count()) > 0);
});

test('a long question is asked whole and headed in short', async () => {
  const page = await plainPage();
  const words = '水利'.repeat(60);
  await page.goto(`${site}/search?q=${encodeURIComponent(words)}`);
  await heading(page, /“.{40}…”/);
  assert.equal(await page.getByRole('combobox').inputValue(), words);
});

test('the size switch enlarges the page and comes back to it', async () => {
  const page = await plainPage();
  await page.goto(`${site}/guide`);
  const size = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
  // `evaluate` still runs with the page's own scripts off.
  const before = await size();
  await page.getByRole('link', { name: '大字' }).click();
  await heading(page, '利用指南');
  assert.ok((await size()) >= 18 && (await size()) > before * 1.2);
  await page.getByRole('link', { name: '退出大字' }).click();
  await heading(page, '利用指南');
  assert.equal(await size(), before);
});

test('nothing found leads on', async () => {
  const page = await plainPage();
  await page.goto(`${site}/search?q=${encodeURIComponent('䶮鿃龘')}`);
  await heading(page, '没有找到“䶮鿃龘”');
  assert.equal(await page.getByRole('status').innerText(), '找到 0 条');
  for (const name of [/全宗/, /未开放的档案/, /打电话/]) {
    assert.equal(await page.locator('main').getByRole('link', { name }).count(), 1, String(name));
  }
});

test('an ID number is neither searched nor repeated', async () => {
  const page = await plainPage();
  const number = '11010519491231002X';
  await page.goto(`${site}/search?q=${number}`);
  await heading(page, '请不要在这里输入证件号码');
  assert.ok(!(await page.content()).includes(number));
});

test('a page that is not there says so and leads on', async () => {
  const page = await plainPage();
  for (const path of ['/records/aaaaaaaaaaaaaaaa', '/records/x', '/browse/aaaaaaaaaaaaaaaa', '/nothing']) {
    const response = await page.goto(site + path);
    assert.equal(response.status(), 404, path);
    await heading(page, '没有找到');
    assert.equal(await page.getByRole('link', { name: '回到首页' }).count(), 1);
  }
});
