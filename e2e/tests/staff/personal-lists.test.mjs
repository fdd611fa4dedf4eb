// A list of persons leaves the house with two members of staff only: one asks, another approves, the first fetches it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { browser } from '../../hall.mjs';
import { base, desk, enter, follower, loaded, sound } from '../../staff.mjs';

/** Purposes that no other run has used, so that a demo may be tested again. */
const stamp = Date.now().toString(36);
const purpose = `回访满意度 ${stamp}`;

const seats = {};
let running;

before(async () => {
  running = await browser();
  for (const user of ['archivist', 'director', 'security-administrator', 'auditor']) {
    seats[user] = await desk(running);
    await enter(seats[user].page, user);
  }
});
after(() => running.close());

async function requests(user) {
  const { page } = seats[user];
  await page.goto(`${base}/personal-lists`);
  await loaded(page);
  return page;
}

/** The row of a request by its purpose. */
const row = (page, words = purpose) => page.getByRole('row').filter({ hasText: words });

async function ask(page, words) {
  await page.getByRole('button', { name: '导出名单', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '导出名单' });
  await dialog.getByText('须由另一位同事批准后才能下载').waitFor();
  await dialog.getByText(/^\d+ 条$/).waitFor();
  await dialog.getByRole('button', { name: '申请导出' }).click();
  await dialog.getByText('请写明用途').waitFor();
  await dialog.getByLabel('用途').fill(words);
  await dialog.getByRole('button', { name: '申请导出' }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Sends what no button offers, as the page itself would. */
function sent(page, path, body) {
  return page.evaluate(async ([address, text]) => {
    const session = await (await fetch('/api/v1/session')).json();
    const headers = { 'content-type': 'application/json', 'x-form-token': session.form_token };
    const answer = await fetch(address, { method: 'POST', headers, body: text });
    return { status: answer.status, type: (await answer.json().catch(() => ({}))).type ?? null };
  }, [path, JSON.stringify(body ?? {})]);
}

async function idOf(page) {
  const { items } = await page.evaluate(async () => (await fetch('/api/v1/personal-lists')).json());
  return items.find((one) => one.purpose === purpose).id;
}

test('the archivist asks for the readers of the inbox and cannot approve it', async () => {
  const reader = await follower(`读者${stamp}`);
  await reader.say('转人工');
  const { page } = seats.archivist;
  await page.goto(`${base}/consult`);
  await loaded(page);
  await ask(page, purpose);
  await requests('archivist');
  await sound(page, '名单导出');
  await row(page).getByText(/^.?待批准$/).waitFor();
  assert.equal(await row(page).getByRole('button').count(), 0, 'nothing to do but wait');
  const address = `/api/v1/personal-lists/${await idOf(page)}`;
  assert.equal((await sent(page, `${address}/approve`)).status, 403);
  assert.equal((await sent(page, `${address}/fetch`)).status, 409);
});

test('a second person sees what is asked for and approves it', async () => {
  const { page } = seats['security-administrator'];
  await page.goto(`${base}/`);
  await page.getByRole('link', { name: /等我批准的名单导出/ }).click();
  await sound(page, '名单导出');
  await row(page).getByRole('button', { name: /^批准/ }).click();
  const dialog = page.getByRole('dialog', { name: /^批准“/ });
  await dialog.getByText(purpose).waitFor();
  await dialog.getByRole('button', { name: '批准', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await requests('security-administrator');
  await row(page).getByText(/^.?已批准$/).waitFor();
  assert.equal(await row(page).getByRole('button').count(), 0, 'whoever approved does not fetch it');
  const address = `/api/v1/personal-lists/${await idOf(page)}`;
  assert.equal((await sent(page, `${address}/refuse`, { why: '改主意了' })).status, 409, 'decided once');
  assert.equal((await sent(page, `${address}/fetch`)).status, 404);
});

test('nobody else sees the request or fetches the file', async () => {
  const id = await idOf((await requests('archivist')));
  for (const user of ['director', 'auditor']) {
    const { page } = seats[user];
    const { items } = await page.evaluate(async () => (await fetch('/api/v1/personal-lists')).json());
    assert.ok(items.every((one) => one.id !== id), user);
    assert.equal((await sent(page, `/api/v1/personal-lists/${id}/fetch`)).status, 404, user);
  }
  const asked = { list: 'staff', filters: {}, purpose: '看看' };
  assert.equal((await sent(seats.auditor.page, '/api/v1/personal-lists', asked)).status, 403);
  assert.equal((await sent(seats.archivist.page, '/api/v1/personal-lists', asked)).status, 403);
});

test('whoever asked fetches a file that says whose it is, three times', async () => {
  const page = await requests('archivist');
  for (const left of [2, 1, 0]) {
    const coming = page.waitForEvent('download');
    await row(page).getByRole('button', { name: '下载咨询名单' }).click();
    const file = await coming;
    assert.match(file.suggestedFilename(), /^咨询名单-\d{4}-\d{2}-\d{2}\.csv$/);
    const text = await readFile(await file.path(), 'utf8');
    assert.equal(text.charCodeAt(0), 0xfeff, 'a file without the mark that spreadsheets need');
    const [first, head, ...rows] = text.slice(1).trim().split('\n');
    assert.match(first, new RegExp(`^咨询名单（状态为待接手）；用途：${purpose}；申请：archivist，.*批准：security-administrator，.*北京时间`));
    assert.equal(head, '读者,来源,公众号,状态,办理人,主题,开始,最近一条,结束,满意度');
    assert.ok(rows.length >= 1 && rows.every((one) => one.split(',')[3] === '待接手'), rows.join('\n'));
    await row(page).getByText(left > 0 ? `，还可下载 ${left} 次` : /^最近下载 [\d :-]+$/).waitFor();
  }
  assert.equal(await row(page).getByRole('button').count(), 0);
  assert.equal((await sent(page, `/api/v1/personal-lists/${await idOf(page)}/fetch`)).status, 409);
});

test('a list of accounts is refused with a reason by the one who may', async () => {
  const words = `盘点账号 ${stamp}`;
  const keeper = seats['security-administrator'].page;
  await keeper.goto(`${base}/staff`);
  await loaded(keeper);
  await ask(keeper, words);
  await requests('security-administrator');
  assert.equal(await row(keeper, words).getByRole('button').count(), 0, 'who keeps accounts approves no list of them');
  const operator = await desk(running);
  await enter(operator.page, 'system-administrator');
  await operator.page.goto(`${base}/personal-lists?state=mine`);
  await loaded(operator.page);
  await row(operator.page, words).getByRole('button', { name: /^拒绝/ }).click();
  const dialog = operator.page.getByRole('dialog', { name: /^拒绝/ });
  await dialog.getByLabel('理由').fill('名单已经有一份');
  await dialog.getByRole('button', { name: '拒绝', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await requests('security-administrator');
  await row(keeper, words).getByText('理由：名单已经有一份').waitFor();
  assert.deepEqual(operator.complaints, []);
});

test('the log says who asked, who approved and who fetched, and no page complained', async () => {
  const { page } = seats.auditor;
  const { items } = await page.evaluate(async () => (await fetch('/api/v1/audit')).json());
  const acts = items.map((line) => `${line.actor} ${line.action}`);
  for (const act of ['archivist personal-list.ask', 'security-administrator personal-list.approve', 'archivist personal-list.fetch', 'system-administrator personal-list.refuse']) {
    assert.ok(acts.includes(act), `${act} among ${acts.slice(0, 20).join('、')}`);
  }
  const expected = /status of (403|404|409)/;
  const unexpected = Object.values(seats).flatMap(({ complaints }) => complaints).filter((one) => !expected.test(one));
  assert.deepEqual(unexpected, []);
});
