// The lists of the console: found in, ordered, taken along as a table that no spreadsheet calculates, and a page of the site given in a reply.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { findings } from '../../axe.mjs';
import { site } from '../../hall.mjs';
import { bringDue, draft, pick, sayOf } from '../../review.mjs';
import { api, base, desk, enter, follower, loaded, seated, sound } from '../../staff.mjs';

/** The examples of crates/kernel/src/formula.rs: what a spreadsheet might calculate, and what it would not. */
const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠x', '\0=1', "'=1"];
const PLAIN = ['关于=的通知', "'甲'", '1-2', '“引”'];

const stamp = Date.now().toString(36);

let running;
let page;
let complaints;

before(async () => { ({ running, page, complaints } = await seated('archivist')); });
after(() => running.close());

/** The cells of a file of comma-separated values. */
function cells(text) {
  const rows = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  const last = rows.at(-1);
  return last.length === 1 && last[0] === '' ? rows.slice(0, -1) : rows;
}

/** Takes the list along; the name of the file, its head and its rows. */
async function takeAlong(name) {
  const coming = page.waitForEvent('download', { timeout: 60_000 });
  await page.getByRole('button', { name: `导出${name}`, exact: true }).click();
  const file = await coming;
  const text = await readFile(await file.path(), 'utf8');
  assert.equal(text.charCodeAt(0), 0xfeff, 'a file without the mark that spreadsheets need');
  const [head, ...rows] = cells(text.slice(1));
  return { file: file.suggestedFilename(), head, rows };
}

test('a list that comes in pages is taken along with all its rows', async () => {
  await page.goto(`${base}/records`);
  await sound(page, '目录');
  const told = (await page.getByText(/^找到 [\d,]+ 条$/).innerText()).replace(/\D/g, '');
  const total = Number(told);
  assert.ok(total > 100, `more than one page of records: ${total}`);
  const { file, head, rows } = await takeAlong('目录');
  assert.match(file, /^目录-\d{4}-\d{2}-\d{2}\.csv$/);
  assert.deepEqual(head, ['档号', '题名', '层级', '文号', '责任者', '日期', '开放状态', '能否公开', '密级']);
  assert.equal(rows.length, Math.min(total, 10_000));
  assert.ok(rows.every((row) => row.length === head.length));
  assert.equal(new Set(rows.map((row) => row[0])).size, rows.length, 'each record stands once');
});

test('the filters of a list hold for what is taken along', async () => {
  await page.goto(`${base}/faqs`);
  await loaded(page);
  const whole = await takeAlong('常见问题');
  const [category] = whole.rows[0];
  const fitting = whole.rows.filter((row) => row[0] === category);
  assert.ok(fitting.length > 0 && fitting.length < whole.rows.length, 'questions of several categories');
  await page.goto(`${base}/faqs?category=${encodeURIComponent(category)}`);
  await loaded(page);
  assert.deepEqual((await takeAlong('常见问题')).rows, fitting);
});

test('what is longer than ten thousand rows asks first, and nothing is taken if it is left', async () => {
  await page.route('**/api/v1/records/find', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), total: 12_345 } });
  });
  let asked = 0;
  page.on('request', (request) => { if (request.url().endsWith('/api/v1/lists/export')) asked += 1; });
  await page.goto(`${base}/records`);
  await loaded(page);
  await page.getByRole('button', { name: '导出目录', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '导出目录' });
  await dialog.getByText('这份清单有 12,345 条，一次最多导出 10,000 条').waitFor();
  assert.deepEqual(await findings(page), [], 'the dialog');
  await dialog.getByRole('button', { name: '先去筛选' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(asked, 0);
  await page.unroute('**/api/v1/records/find');
});

test('taking along is stopped while it is under way', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  let pages = 0;
  await page.route('**/api/v1/records/find', async (route) => {
    if (JSON.parse(route.request().postData()).size === 100 && (pages += 1) === 2) await held;
    await route.continue().catch(() => {});
  });
  await page.goto(`${base}/records`);
  await loaded(page);
  let files = 0;
  page.on('download', () => { files += 1; });
  await page.getByRole('button', { name: '导出目录', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '导出目录' });
  await dialog.getByText('已取 100 条').waitFor();
  await dialog.getByRole('button', { name: '停止导出' }).click();
  await dialog.waitFor({ state: 'hidden' });
  release();
  await page.unroute('**/api/v1/records/find');
  await page.getByRole('button', { name: '导出目录', exact: true }).click({ trial: true });
  assert.deepEqual([files, await page.getByRole('alert').count()], [0, 0], 'stopped without a file and without a problem');
});

test('a list that came as a whole is found in, ordered, and taken along with nothing in it that is calculated', async () => {
  const items = [...FORMULAS, ...PLAIN].map((text, n) => ({ id: String(n), title: `第 ${n + 1} 条`, text }));
  items.push({ id: 'person', title: `第 ${items.length + 1} 条`, text: '11010519491231002X，13800138000，0851-85551234' });
  await page.route('**/api/v1/canned', (route) => route.fulfill({ json: { items } }));
  await page.goto(`${base}/consult/canned`);
  await sound(page, '快捷答复');
  const { head, rows } = await takeAlong('快捷答复');
  assert.deepEqual(head, ['名称', '内容']);
  const texts = rows.map((row) => row[1]);
  for (const [n, formula] of FORMULAS.entries()) assert.equal(texts[n], `'${formula.replace('\0', '')}`);
  assert.deepEqual(texts.slice(FORMULAS.length, -1), PLAIN);
  assert.equal(texts.at(-1), '110***********002X，138****8000，0851-85551234');

  const head1 = page.getByRole('button', { name: /^名称/ });
  await head1.click();
  await head1.click();
  const first = () => page.getByRole('row').nth(1).innerText();
  assert.match(await first(), /第 18 条/, 'ordered by number, the last first');
  await page.getByLabel('在“快捷答复”里找').fill('通知');
  await page.getByText('找到 1 条').waitFor();
  assert.deepEqual((await takeAlong('快捷答复')).rows, [['第 14 条', '关于=的通知']]);
  await page.unroute('**/api/v1/canned');
});

test('a list on the server is ordered by what is pressed', async () => {
  await page.goto(`${base}/rules`);
  await sound(page, '自动回复');
  const priorities = async () => {
    const { head, rows } = await takeAlong('自动回复规则');
    return rows.map((row) => Number(row[head.indexOf('优先级')]));
  };
  const before = await priorities();
  assert.ok(new Set(before).size > 1, 'rules of several priorities');
  assert.deepEqual(before, before.toSorted((one, other) => other - one));
  await page.getByRole('button', { name: /^优先级/ }).click();
  await page.waitForURL(/sort=priority/);
  await loaded(page);
  assert.deepEqual(await priorities(), before.toSorted((one, other) => one - other));
});

/** Presses the head of a column and waits for the list in the other order. */
async function orderBy(label, path) {
  const answered = page.waitForResponse((one) => new URL(one.url()).pathname === path && one.ok());
  await page.getByRole('button', { name: new RegExp(`^${label}\\s*，`) }).click();
  await answered;
  await loaded(page);
}

test('what stands below a record is ordered, narrowed and taken along in that order', async () => {
  const { items } = await api(page, 'GET', '/api/v1/fonds');
  const below = await api(page, 'GET', `/api/v1/records/${items[0].id}/children`);
  const one = below.items.toSorted((one, other) => other.children - one.children)[0];
  assert.ok(one.children > 50, `more than one page: ${one.children}`);
  await page.goto(`${base}/records/${one.id}`);
  await sound(page, one.title);
  const path = `/api/v1/records/${one.id}/children`;
  const column = async (name) => {
    const { head, rows } = await takeAlong('下级档案');
    return rows.map((row) => row[head.indexOf(name)]);
  };
  const codes = await column('档号');
  assert.equal(codes.length, one.children);
  await orderBy('档号', path);
  assert.deepEqual(await column('档号'), codes.toReversed());
  await orderBy('日期', path);
  const years = (await column('日期')).map((text) => text.slice(0, 4));
  assert.ok(new Set(years).size > 1, 'records of several years');
  assert.deepEqual(years, years.toSorted((one, other) => Number(one === '') - Number(other === '') || one.localeCompare(other)));
  const narrowed = page.waitForResponse((one) => one.url().includes('openness=unreviewed'));
  await pick(page, page, '开放状态', '未审核');
  await narrowed;
  await loaded(page);
  const states = await column('开放状态');
  assert.ok(states.length > 0 && states.length < codes.length && states.every((state) => state === '未审核'), states.join());
  await sound(page, one.title);
});

test('authority records are counted and ordered on the server', async () => {
  await page.goto(`${base}/authorities`);
  await sound(page, '规范档');
  const names = async () => (await takeAlong('规范档')).rows.map(([, name]) => name);
  await orderBy('名称', '/api/v1/authorities');
  const byName = await names();
  assert.ok(byName.length > 10, `${byName.length} records`);
  await page.getByText(`共 ${byName.length} 条`, { exact: true }).waitFor();
  await orderBy('名称', '/api/v1/authorities');
  assert.deepEqual(await names(), byName.toReversed());
  assert.match(page.url(), /sort=-name/);
});

test('what an import had to say is ordered and taken along', async () => {
  await page.goto(`${base}/batches/1`);
  await sound(page, '导入批次 1');
  const lines = async () => (await takeAlong('批次 1 的问题')).rows.map(([, place]) => Number(place.replace(/\D/g, '')));
  const before = await lines();
  assert.ok(before.length > 50, `more than one page of problems: ${before.length}`);
  const path = '/api/v1/batches/1/problems';
  await orderBy('位置', path);
  await orderBy('位置', path);
  const after = await lines();
  assert.equal(after.length, before.length);
  assert.deepEqual(after, after.toSorted((one, other) => other - one));
});

test('records of a review are narrowed to those that still need an opinion, and ordered', async () => {
  const fonds = `L${stamp.toUpperCase()}`;
  const codes = await bringDue(page, { fonds, titles: ['甲', '乙', '丙'].map((what) => `${stamp}号${what}`) });
  const batch = (await draft(page, fonds, 3)).split('/').pop();
  await sayOf(page, codes[1], { verdict: '开放' });
  await loaded(page);
  const path = `/api/v1/review/batches/${batch}/records`;
  const shown = async () => (await takeAlong(`审核批次 ${batch} 的档案`)).rows.map(([code]) => code);
  assert.deepEqual(await shown(), codes);
  const narrowed = page.waitForResponse((one) => one.url().includes('without=initial'));
  await pick(page, page, '还差哪一步的意见', '还没有初审意见');
  await narrowed;
  await loaded(page);
  await orderBy('档号', path);
  assert.deepEqual(await shown(), [codes[2], codes[0]]);
  assert.deepEqual(await findings(page), [], 'the page of the batch');
});

test('conversations are listed in the order that is chosen', async () => {
  const said = ['先问的', '后问的'].map((words) => `${words}${stamp}`);
  for (const words of said) {
    const reader = await follower(words);
    await reader.say('转人工');
    await reader.say(words);
  }
  await page.goto(`${base}/consult`);
  const listed = async () => {
    await loaded(page);
    const all = await page.locator('.list li').allInnerTexts();
    return said.map((words) => all.findIndex((text) => text.includes(words)));
  };
  await page.getByRole('link').filter({ hasText: said[1] }).waitFor();
  const [first, second] = await listed();
  assert.ok(first >= 0 && first < second, 'who waits longest comes first');
  await pick(page, page, '排序', '最近说话的在前');
  await page.waitForURL(/sort=-last/);
  await page.waitForFunction(([one, other]) => {
    const texts = [...document.querySelectorAll('.list li')].map((row) => row.textContent);
    const place = (words) => texts.findIndex((text) => text.includes(words));
    return place(other) >= 0 && place(other) < place(one);
  }, said);
  await sound(page, '咨询收件箱');
});

test('who reads the audit log sees what was taken along', async () => {
  const { context, page: auditor } = await desk(running);
  await enter(auditor, 'auditor');
  await auditor.goto(`${base}/audit?action=list.export`);
  await loaded(auditor);
  const row = auditor.getByRole('row').filter({ hasText: '清单 快捷答复' }).first();
  assert.match(await row.innerText(), /导出清单/);
  await auditor.goto(`${base}/audit`);
  await loaded(auditor);
  await auditor.getByRole('button', { name: /^序号\s*，/ }).click();
  await auditor.waitForURL(/sort=number/);
  await auditor.getByRole('cell', { name: '1', exact: true }).first().waitFor();
  await auditor.getByRole('button', { name: '更晚的记录' }).click();
  await auditor.getByRole('button', { name: '回到最早' }).waitFor();
  await sound(auditor, '审计日志');
  await context.close();
});

test('a page of the site is found by its name and arrives on the phone with its link', async () => {
  const question = `${stamp}号窗口几点开？`;
  const reader = await follower('问窗口的人');
  await reader.say('转人工');
  await reader.say(question);
  await page.goto(`${base}/consult`);
  await page.getByRole('link').filter({ hasText: question }).click();
  await page.getByRole('button', { name: '接手', exact: true }).click();
  await page.getByRole('button', { name: '附网页', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '附一个网页' });
  await dialog.getByRole('button', { name: '附这页：利用指南', exact: true }).waitFor();
  assert.deepEqual(await findings(page), [], 'the dialog');
  const kinds = await dialog.getByRole('listitem').allInnerTexts();
  for (const kind of ['专题', '通知']) assert.ok(kinds.some((text) => text.includes(`\n${kind}`)), `a page of ${kind}`);
  await dialog.getByLabel('网页的名称').fill('地址');
  assert.equal(await dialog.getByRole('listitem').count(), 1);
  await dialog.getByRole('button', { name: '附这页：开放时间和地址', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  const box = page.getByRole('textbox', { name: /^回复/ });
  await box.fill(`${stamp}号窗口随馆开放。`);
  await box.press('Control+Enter');
  await reader.hears(`${stamp}号窗口随馆开放。`);
  await reader.hears('开放时间和地址');
  await reader.hears(`${site}/guide#visit`);
  const shown = await (await fetch(`${site}/guide`)).text();
  assert.match(shown, /id="visit"/, 'the link leads to the part it names');
  const said = page.getByRole('article').filter({ hasText: '开放时间和地址' });
  await said.getByText('已发送').waitFor();
  await sound(page, '咨询收件箱');
  assert.deepEqual(complaints, []);
});
