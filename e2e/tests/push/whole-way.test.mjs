// An article's whole way: the panel's advice is taken, a second person approves, it goes out, the phone and the readers' site show it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { approved, cover, quotation, recording, written } from '../../article.mjs';
import { account, browser, heading, phone, sandbox, site } from '../../hall.mjs';
import { api, base, desk, enter, follower, loaded, open, sound } from '../../staff.mjs';
import { findings } from '../../axe.mjs';

const stamp = Date.now().toString(36).toUpperCase();
const title = `龙潭水库纪事 ${stamp}`;

let running;
let editor;
let director;
let reader;
let record;
/** The draft. */
let id;
/** The article as WeChat keeps it. */
let sent;

before(async () => {
  running = await browser();
  reader = await follower(`纪事${stamp}`);
  editor = await desk(running);
  await enter(editor.page, 'editor');
  director = await desk(running);
  await enter(director.page, 'director');
  const { page } = editor;
  record = await quotation(page, '水库');
  const runs = [{ text: `本馆开放了这个全宗的档案，欢迎读者来看，编号 ${stamp}。` }];
  id = await written(page, { title, digest: '一座水库的来历', blocks: [{ kind: 'text', runs }, record, await recording(page, `号子 ${stamp}`)], picture: await cover(page, title), original: `${site}/records/${record.id}` });
});
after(() => running.close());

test('a word of the profession is changed for a plain one with one click', async () => {
  const { page } = editor;
  await page.goto(`${base}/push/drafts/${id}`);
  await loaded(page);
  const panel = page.getByRole('region', { name: '质量检查' });
  await panel.getByRole('button', { name: '换成“单位全部档案”' }).click();
  const text = page.getByLabel('第 1 段的正文', { exact: true });
  await page.waitForFunction((field) => field.value.includes('单位全部档案'), await text.elementHandle());
  await page.getByRole('status').filter({ hasText: '已保存' }).waitFor();
  await sound(page, title);
});

test('after the second person it goes out, and the phone shows its title', async () => {
  await approved(editor.page, director.page, id);
  const { page } = director;
  await page.goto(`${base}/push/plans/new?draft=${id}`);
  await loaded(page);
  await page.getByRole('button', { name: '批准群发' }).click();
  await page.waitForURL(/\/push\/plans\/[0-9a-f-]{36}$/);
  await page.getByRole('main').getByText('已发出').first().waitFor({ timeout: 60_000 });
  await reader.hears(title);
});

test('it stands on the readers’ site, leads to its record, and the record leads back', async () => {
  const context = await phone(running);
  const page = await context.newPage();
  await page.goto(`${site}/articles?q=${encodeURIComponent(title)}`);
  await heading(page, '往期推文');
  await page.getByRole('link', { name: title }).click();
  await heading(page, title);
  assert.deepEqual(await findings(page), []);
  await page.getByText('单位全部档案').waitFor();
  const played = page.getByLabel(`号子 ${stamp}`);
  await page.waitForFunction((player) => player.readyState > 0 && Math.round(player.duration) === 2, await played.elementHandle());
  const part = await fetch(`${site}${await played.getAttribute('src')}`, { headers: { range: 'bytes=0-3' } });
  assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 0-3/16044', 'RIFF']);
  const beyond = await fetch(part.url, { headers: { range: 'bytes=16044-' } });
  assert.deepEqual([beyond.status, beyond.headers.get('content-range'), await beyond.text()], [416, 'bytes */16044', '']);
  await page.getByText('文字稿').click();
  await page.getByText('船工的号子').waitFor();
  await page.getByRole('link', { name: record.title }).click();
  await heading(page, record.title);
  await page.getByRole('link', { name: title }).waitFor();
  await context.close();
});

test('the results say that the numbers are not there yet', async () => {
  const { page } = director;
  await page.goto(`${base}/push/results`);
  await sound(page, '推文效果');
  const row = page.getByRole('row').filter({ hasText: title });
  await row.getByText('次日上午 8 点后才有').waitFor();
  await row.getByRole('button', { name: '从网站撤下' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '从网站撤下' }).click();
  await row.getByText('已从网站撤下').waitFor();
  const { items } = await api(page, 'GET', '/api/v1/push/results');
  const gone = items.find((one) => one.title === title);
  assert.equal((await fetch(`${site}/articles/${gone.id}`)).status, 404);
  await row.getByRole('button', { name: '放回网站' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '放回网站' }).click();
  await row.getByRole('button', { name: '从网站撤下' }).waitFor();
  assert.equal((await fetch(`${site}/articles/${gone.id}`)).status, 200);
});

test('阅读原文 says which article it stands in, and leads on to the plain address', async () => {
  const all = await (await fetch(`${sandbox}/_sandbox/${account}/articles`)).json();
  sent = all.find((one) => one.title === title);
  const html = await (await fetch(sent.url)).text();
  const [, address] = /data-act="original" href="([^"]+)"/.exec(html);
  assert.match(address, /\/records\/[^?]+\?from=[0-9a-f]{8}$/);
  const answer = await fetch(address, { redirect: 'manual' });
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, `/records/${record.id}`]);
});

test('comments are opened, held, chosen and answered', async () => {
  const { page } = director;
  await page.getByRole('link', { name: `${title}的留言` }).click();
  await page.getByRole('heading', { level: 2, name: title }).waitFor();
  await sound(page, '留言');
  await page.getByText('留言要先开放').waitFor();
  await page.getByRole('button', { name: '开放留言' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '开放留言' }).click();
  await page.getByText('已开放留言。').waitFor();
  await reader.does(sent.id, { act: 'comment', content: '祖父在工地上，电话13800138000' });
  await reader.does(sent.id, { act: 'comment', content: '盼着看更多照片' });
  await page.reload();
  await sound(page, '留言');
  const [fine, held] = ['盼着看更多照片', '电话〔电话号码〕'].map((words) => page.getByRole('listitem').filter({ hasText: words }));
  await held.getByText('含电话号码，不能公开').waitFor();
  assert.equal(await held.getByRole('button', { name: '精选' }).count(), 0);
  assert.ok(!(await page.content()).includes('13800138000'));
  await fine.getByRole('button', { name: '精选', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '精选', exact: true }).click();
  await fine.getByText('已精选').waitFor();

  const hidden = await api(page, 'GET', `/api/v1/records?q=${encodeURIComponent('水库')}&openness=unreviewed`);
  const closed = hidden.groups.flatMap((one) => one.items).find((one) => one.title.length >= 6);
  await fine.getByRole('button', { name: '回复', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('回复').fill(`您要的是《${closed.title}》`);
  await dialog.getByRole('button', { name: '回复', exact: true }).click();
  await dialog.getByText('提到了未开放档案').waitFor();
  assert.match(director.complaints.splice(0).join('\n'), /^Failed to load resource: [^\n]+ 400 [^\n]+$/, 'the refusal alone');
  await dialog.getByLabel('回复').fill('照片正在整理，请留意推文。');
  await dialog.getByRole('button', { name: '回复', exact: true }).click();
  await fine.getByText('照片正在整理，请留意推文。').waitFor();
  const html = await (await fetch(sent.url)).text();
  assert.ok(html.includes('盼着看更多照片') && html.includes('作者回复：照片正在整理'), 'everybody reads it');
  assert.ok(!html.includes('祖父在工地上'));

  await held.getByRole('button', { name: '删除留言' }).click();
  await dialog.getByRole('button', { name: '删除留言' }).click();
  await page.getByText('已删除留言。').waitFor();
  await held.waitFor({ state: 'detached' });
  await open(page, '/push/results', '推文效果');
  await page.getByRole('row').filter({ hasText: title }).getByRole('link', { name: `1 条，${title}的留言` }).waitFor();
  assert.deepEqual([editor, director].flatMap((seat) => seat.complaints), []);
});
