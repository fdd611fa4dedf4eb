// An approved article is published without a push and deleted again; a list of staff is brought; the goal of an account is changed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { approved, cover, written } from '../../article.mjs';
import { browser, phone, site } from '../../hall.mjs';
import { api, base, desk, enter, follower, loaded, sound } from '../../staff.mjs';

const stamp = Date.now().toString(36).toUpperCase();
const title = `老街旧影 ${stamp}`;

let running;
let editor;
let director;
let reader;
/** The draft. */
let id;

before(async () => {
  running = await browser();
  reader = await follower(`旧影${stamp}`);
  editor = await desk(running);
  await enter(editor.page, 'editor');
  director = await desk(running);
  await enter(director.page, 'director');
  const runs = [{ text: `老街的照片，编号 ${stamp}。` }];
  id = await written(editor.page, { title, digest: '老街的照片', blocks: [{ kind: 'text', runs }], picture: await cover(editor.page, title) });
  await approved(editor.page, director.page, id);
});
after(() => running.close());

const main = (page) => page.getByRole('main');

test('an approved article is published without a push: it gets an address, and stands on the readers’ site', async () => {
  const { page } = director;
  await page.goto(`${base}/push/drafts/${id}`);
  await loaded(page);
  await page.getByRole('button', { name: '只发布，不群发' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('读者不会收到通知').waitFor();
  await dialog.getByRole('button', { name: '只发布，不群发' }).click();
  await main(page).getByText('这篇推文的发布（不群发）').waitFor();
  await page.goto(`${base}/push/publications`);
  await sound(page, '已发布');
  const row = page.getByRole('row').filter({ hasText: title });
  await row.getByText('已发布').first().waitFor({ timeout: 60_000 });
  assert.match(await row.getByRole('link', { name: title }).getAttribute('href'), /^https?:/);
  const context = await phone(running);
  const readers = await context.newPage();
  await readers.goto(`${site}/articles?q=${encodeURIComponent(title)}`);
  await readers.getByRole('link', { name: title }).waitFor();
  await context.close();
  assert.ok(!(await reader.chat()).includes(title), 'nobody is told');
});

test('what was published is deleted again, and its page is gone', async () => {
  const { page } = director;
  await page.getByRole('button', { name: `删除“${title}”` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('不能恢复').waitFor();
  await dialog.getByRole('button', { name: '删除已发布的推文' }).click();
  await page.getByRole('row').filter({ hasText: title }).getByText('已删除').waitFor();
  const { items } = await api(page, 'GET', `/api/v1/push/publications?draft=${id}`);
  assert.deepEqual([items.length, items[0].state], [1, 'gone']);
});

test('a list is pasted: who is no follower is told, and it takes no share', async () => {
  const { page } = director;
  await page.goto(`${base}/push/plans/new?draft=${id}`);
  await loaded(page);
  await page.getByRole('radio', { name: /按名单/ }).check({ force: true });
  await page.getByRole('radio', { name: '粘贴', exact: true }).check({ force: true });
  const other = await follower(`旧影二${stamp}`);
  await page.getByLabel('openid', { exact: true }).fill(`${reader.openid}\n${other.openid}\n${other.openid}\n张三`);
  await page.getByRole('button', { name: '确定名单' }).click();
  await page.getByText('2 位').first().waitFor();
  await page.getByText('重复：1 个').waitFor();
  await page.getByText('不像 openid：1 个，例如张三').waitFor();
  await page.getByText('这次不占次数').waitFor();
  await page.getByText('没有人在那个月收满 4 次').waitFor();
  await sound(page, '安排群发');
});

test('the goal of an account is changed', async () => {
  const { page } = director;
  await page.goto(`${base}/push/plans`);
  await loaded(page);
  await page.getByRole('button', { name: '修改 demo 的目标' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('最多隔几天').fill('7');
  await dialog.getByRole('button', { name: '保存' }).click();
  await main(page).getByText('目标：每 7 天至少一次').waitFor();
  for (const { complaints } of [editor, director]) {
    assert.deepEqual(complaints.filter((one) => !/status of 4\d\d/.test(one)), []);
  }
});
