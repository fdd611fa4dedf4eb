// The way of a catalogue file at the console: uploaded, tried out, brought in, found, and rolled back with all its records.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, loaded, seated, sound } from '../../staff.mjs';
import { bringIn, csv, figures, find, openBatch, takeBack, tryOut, upload } from '../../catalogue.mjs';

/** A fonds, a file and titles that no other run has used, so that a demo may be tested again. */
const stamp = Date.now().toString(36).toUpperCase();
const file = `渠闸${stamp}.csv`;
const code = (number) => `X9${stamp}-WS·2001·Y-${String(number).padStart(4, '0')}`;
const title = `关于${stamp}号渠闸岁修的报告`;
const row = (number, text) => [code(number), text, '2001-03-12', '临溪县水利局', '永久', ''];
const text = csv([
  row(1, title),
  row(2, `关于${stamp}号渠闸换板的请示`),
  row(3, `关于${stamp}号渠闸值守的通知`),
  row(4, ''),
]);

let running;
let page;
let complaints;
/** Where the batch and the record are, once they are. */
let batch;
let record;

before(async () => { ({ running, page, complaints } = await seated('archivist')); });
after(() => running.close());

/** That the table of problems names the row without a title. */
async function namesTheRefused(table) {
  const refused = page.getByRole('row').filter({ hasText: '未导入' });
  await refused.first().waitFor();
  assert.equal(await refused.count(), 1, table);
  assert.match(await refused.innerText(), /第 5 行\s+题名\s+题名为空，请补上/, table);
}

test('an uploaded file comes with its columns guessed', async () => {
  await page.goto(`${base}/imports/new`);
  await sound(page, '导入目录');
  await upload(page, file, text);
  await sound(page, file);
  const columns = page.getByRole('region', { name: '每一项从哪一列来' });
  for (const header of ['档号', '题名', '日期', '责任者', '保管期限', '开放标识']) {
    const source = columns.getByRole('row').filter({ has: page.getByLabel(`${header}来自哪里`, { exact: true }) });
    assert.match(await source.innerText(), new RegExp(`列：${header}`), `the column of ${header}`);
  }
  assert.equal(await page.getByText('没有用到的列').count(), 0);
});

test('a trial counts what would come, and names what would not', async () => {
  await tryOut(page);
  await sound(page, file);
  assert.deepEqual(await figures(page), { 读到: 4, 将新增: 3, 将更新: 0, 没有变化: 0, 不会写入: 1 });
  const preview = page.getByRole('row').filter({ hasText: title });
  assert.match(await preview.innerText(), /未审核/);
  await namesTheRefused('the problems of the trial');
  // A trial writes nothing.
  await find(page, title, 0);
});

test('the import writes the good rows and leads to its batch', async () => {
  await page.goto(`${base}/imports`);
  await sound(page, '导入目录');
  await page.getByRole('link', { name: file, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: file, exact: true }).waitFor();
  await loaded(page);
  await bringIn(page);
  await sound(page, file);
  assert.deepEqual(await figures(page), { 读到: 4, 新增: 3, 更新: 0, 没有变化: 0, 没有写入: 1 });
  await openBatch(page);
  batch = page.url();
  await sound(page, /^导入批次 \d+$/);
  assert.deepEqual(await figures(page), { 读到: 4, 新增: 3, 更新: 0, 没有变化: 0, 没有写入: 1 });
  await page.getByText(file, { exact: true }).waitFor();
  await namesTheRefused('the problems of the batch');
});

test('a record that came is found and opens with its elements', async () => {
  await find(page, title, 1);
  await sound(page, '目录');
  const found = page.getByRole('row').filter({ has: page.getByRole('link', { name: title, exact: true }) });
  assert.match(await found.innerText(), /不公开/);
  await found.getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  record = page.url();
  await sound(page, title);
  const elements = page.getByRole('region', { name: '著录项' });
  const told = await elements.innerText();
  for (const value of [code(1), title, '2001-03-12', '临溪县水利局', '永久', '未审核']) {
    assert.ok(told.includes(value), `${value} in ${told}`);
  }
  const origin = await elements.getByRole('link', { name: /^导入批次/ }).getAttribute('href');
  assert.equal(new URL(origin, page.url()).href, batch);
});

test('a batch is rolled back, and its records are gone', async () => {
  await page.goto(batch);
  await loaded(page);
  await takeBack(page);
  await page.getByText('已撤回：去掉 3 条，恢复 0 条。').waitFor();
  await sound(page, /^导入批次 \d+$/);
  assert.equal(await page.getByRole('button', { name: '撤回整批' }).count(), 0, 'once is enough');
  await page.goto(`${base}/imports?state=rolled-back`);
  const withdrawn = page.getByRole('row').filter({ hasText: file });
  await withdrawn.getByText('已撤回').waitFor();
  await withdrawn.getByRole('link', { name: /^批次 \d+$/ }).waitFor();
  await sound(page, '导入目录');
  await find(page, title, 0);
  await sound(page, '目录');
  assert.deepEqual(complaints, []);
  await page.goto(record);
  await page.getByRole('alert').waitFor();
  await sound(page, '档案');
});
