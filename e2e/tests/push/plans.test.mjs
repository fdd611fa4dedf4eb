// What was approved is planned, seen on the calendar, stopped, planned again and sent; a preview reaches one phone alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../../hall.mjs';
import { api, base, desk, enter, follower, loaded, open, sound } from '../../staff.mjs';

const stamp = Date.now().toString(36).toUpperCase();
const text = `国庆期间照常开放 ${stamp}`;

let running;
let director;
let editor;
/** The draft that was approved. */
let draft;
/** The address of the first plan. */
let stopped;

before(async () => {
  running = await browser();
  await follower(`读者${stamp}`);
  editor = await desk(running);
  await enter(editor.page, 'editor');
  director = await desk(running);
  await enter(director.page, 'director');
  ({ id: draft } = await api(editor.page, 'POST', '/api/v1/push/drafts', { account: 'demo', kind: 'text' }));
  const path = `/api/v1/push/drafts/${draft}`;
  const { saves } = await api(editor.page, 'GET', path);
  const saved = await api(editor.page, 'PUT', path, { account: 'demo', body: { kind: 'text', text }, began_from: saves });
  await api(editor.page, 'POST', `${path}/submit`, { began_from: saved.saves });
  const seen = await api(director.page, 'GET', path);
  await api(director.page, 'POST', `${path}/approve`, { version: seen.draft.version, digest: seen.digest });
});
after(() => running.close());

const main = (page) => page.getByRole('main');

test('an approved text is planned for a later hour, with the quota in view', async () => {
  const { page } = director;
  await page.goto(`${base}/push/drafts/${draft}`);
  await loaded(page);
  await page.getByRole('button', { name: '排定群发' }).click();
  await sound(page, '安排群发');
  await page.getByText('批准后马上发').first().waitFor();
  await page.getByText(/当月已用 \d 次(（.+）)?，共 4 次/).first().waitFor();
  await page.getByRole('radio', { name: '定时' }).check({ force: true });
  const approve = page.getByRole('button', { name: '批准群发' });
  assert.ok(await approve.isDisabled(), 'no time yet');
  const tomorrow = new Date(Date.now() + 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
  await page.getByLabel('日期', { exact: true }).fill(tomorrow);
  await page.getByLabel('时间', { exact: true }).fill('9:30');
  await page.getByLabel('时间', { exact: true }).blur();
  await page.getByText(`${tomorrow} 09:30`).waitFor();
  await approve.click();
  await page.waitForURL(/\/push\/plans\/[0-9a-f-]{36}$/);
  stopped = page.url();
  await sound(page, text);
  await main(page).getByText('待发送').first().waitFor();
  await main(page).getByText('还没有发').first().waitFor();
});

test('the calendar shows the plan on its day', async () => {
  const { page } = director;
  await page.goto(`${base}/push/plans`);
  await sound(page, '群发计划');
  const month = new Date(Date.now() + 86_400_000 + 8 * 3_600_000).getUTCMonth();
  const now = new Date(Date.now() + 8 * 3_600_000).getUTCMonth();
  if (month !== now) await page.getByRole('button', { name: '下个月' }).click();
  await page.getByRole('list', { name: / 的群发$/ }).getByRole('link', { name: `09:30 ${text}` }).waitFor();
  await page.getByRole('table', { name: '群发计划' }).or(page.locator('.el-table')).getByRole('link', { name: text }).first().waitFor();
});

test('the calendar tells which records of the holdings have a round anniversary', async () => {
  const { page } = director;
  // Of 1986 the demo has records of which the day is known.
  const month = '2026-12';
  const { days } = await api(page, 'GET', `/api/v1/push/calendar?month=${month}`);
  const [day] = days.filter((one) => one.anniversaries.length > 0);
  assert.ok(day, 'an anniversary');
  const [{ title, years, address }] = day.anniversaries;
  assert.equal(years % 10, 0);
  await open(page, `/push/plans?month=${month}`, '群发计划');
  const link = page.getByRole('list', { name: '馆藏里的周年' }).first().getByRole('link', { name: title });
  const [record] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  await record.waitForURL(address);
  await record.getByText(String(Number(month.slice(0, 4)) - years)).first().waitFor();
  await record.close();
});

test('a plan that has not gone out is stopped, and planned again at once it is sent', async () => {
  const { page } = director;
  await page.goto(stopped);
  await loaded(page);
  await page.getByRole('button', { name: '停止群发' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('一位读者也收不到').waitFor();
  await dialog.getByRole('button', { name: '停止群发' }).click();
  await main(page).getByText('已停止').first().waitFor();
  await page.goto(`${base}/push/plans/new?draft=${draft}`);
  await loaded(page);
  await page.getByText('这一版上次没有发出，可以重新安排').waitFor();
  await page.getByRole('button', { name: '批准群发' }).click();
  await page.waitForURL(/\/push\/plans\/[0-9a-f-]{36}$/);
  assert.notEqual(page.url(), stopped);
  await main(page).getByText('已发出').first().waitFor({ timeout: 60_000 });
  await main(page).getByText(/收到 \d/).first().waitFor();
});

test('a preview is sent to one phone by its name, and a name nobody has is refused in words', async () => {
  const { page } = director;
  await page.goto(`${base}/push/drafts/${draft}`);
  await loaded(page);
  const { id } = await api(editor.page, 'POST', `/api/v1/push/drafts/${draft}/copy`);
  await page.goto(stopped);
  await api(page, 'POST', '/api/v1/push/plans/preview', { draft: id, reader: { kind: 'name', name: `读者${stamp}` } });
  await assert.rejects(api(page, 'POST', '/api/v1/push/plans/preview', { draft: id, reader: { kind: 'name', name: `无此人${stamp}` } }));
});

test('whoever may not approve sees the plan and no button', async () => {
  const { page } = editor;
  await page.goto(stopped);
  await sound(page, text);
  assert.equal(await page.getByRole('button', { name: '停止群发' }).count(), 0);
  for (const { complaints } of [editor, director]) {
    assert.deepEqual(complaints.filter((one) => !/status of 4\d\d/.test(one)), []);
  }
});
