// The way of an article: written, submitted, returned with a comment, mended, approved by somebody who wrote none of it; nothing typed is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cover } from '../../article.mjs';
import { browser } from '../../hall.mjs';
import { api, base, desk, enter, loaded, sound } from '../../staff.mjs';

const stamp = Date.now().toString(36).toUpperCase();
const title = `水库往事 ${stamp}`;

let running;
let editor;
let director;
/** The draft's address in the console, and its id. */
let address;
let id;

before(async () => {
  running = await browser();
  editor = await desk(running);
  await enter(editor.page, 'editor');
  director = await desk(running);
  await enter(director.page, 'director');
});
after(() => running.close());

const savedAs = (page, version) => page.getByText(`第 ${version} 版，`, { exact: false }).first().waitFor();
const saved = async (page) => {
  await page.getByRole('status').filter({ hasText: '已保存' }).waitFor();
};
const block = (page, number, kind) => page.getByRole('group', { name: `第 ${number} 段：${kind}` });
const phone = (page) => page.frameLocator('iframe[title="读者看到的文章"]');
const read = (page) => api(page, 'GET', `/api/v1/push/drafts/${id}`);

/** A cover is put by the interface, as the picker would. */
async function putCover(page) {
  const address = await cover(page, title);
  const { draft, body, saves } = await read(page);
  body.articles[0].cover = address;
  await api(page, 'PUT', `/api/v1/push/drafts/${id}`, { account: draft.account, body, began_from: saves });
}

test('an article is written block by block, and the phone shows it', async () => {
  const { page } = editor;
  await page.goto(`${base}/push/drafts`);
  await sound(page, '推文');
  await page.getByRole('button', { name: '新建推文' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: '开始写' }).click();
  await page.waitForURL(/\/push\/drafts\/[0-9a-f-]{36}$/);
  address = page.url();
  id = address.split('/').pop();
  await page.getByLabel('标题', { exact: true }).fill(title);
  const add = page.getByRole('group', { name: '加一段' });
  await add.getByRole('button', { name: '小标题' }).click();
  await page.getByLabel('第 1 段的小标题').fill('修水库的人');
  await add.getByRole('button', { name: '正文' }).click();
  const text = page.getByLabel('第 2 段的正文', { exact: true });
  await text.fill('一九五八年，水库开工。');
  await text.press('End');
  await text.press('Enter');
  await page.keyboard.type('第二年建成。');
  assert.equal(await page.getByLabel('第 3 段的正文', { exact: true }).inputValue(), '第二年建成。', 'Enter begins a paragraph');
  await text.evaluate((field) => { field.focus(); field.setSelectionRange(0, 5); });
  await page.getByRole('button', { name: '第 2 段的正文：选中的字加粗' }).click();
  assert.equal(await text.inputValue(), '**一九五八年**，水库开工。');
  await phone(page).getByRole('heading', { level: 1, name: title }).waitFor();
  await phone(page).locator('strong', { hasText: '一九五八年' }).waitFor();
  await phone(page).getByRole('heading', { level: 2, name: '修水库的人' }).waitFor();
  const colour = await phone(page).locator('h2').evaluate((one) => getComputedStyle(one).color);
  assert.equal(colour, 'rgb(159, 47, 36)', 'the theme is seen');
  await saved(page);
  await sound(page, title);
});

test('an open record is quoted, and one that is not open is not found', async () => {
  const { page } = editor;
  await page.getByRole('group', { name: '加一段' }).getByRole('button', { name: '引用档案' }).click();
  const dialog = page.getByRole('dialog', { name: '引用一件档案' });
  await dialog.getByLabel('题名、档号、文号').fill('没有这样的档案名称甲乙丙丁');
  await dialog.getByRole('button', { name: '检索' }).click();
  await dialog.getByText('没有找到已开放的档案').waitFor();
  await dialog.getByLabel('题名、档号、文号').fill('水库');
  await dialog.getByRole('button', { name: '检索' }).click();
  const first = dialog.getByRole('list', { name: '档案' }).getByRole('listitem').first();
  const quoted = await first.locator('strong').innerText();
  await first.getByRole('button', { name: /^引用：/ }).click();
  await dialog.waitFor({ state: 'detached' });
  await block(page, 4, '引用档案').getByText(quoted).waitFor();
  await phone(page).getByText(/已开放$/).waitFor();
  await saved(page);
  const { body } = await read(page);
  const record = body.articles[0].article.blocks[3];
  const quoting = await api(page, 'GET', `/api/v1/push/drafts?record=${record.id}`);
  assert.ok(quoting.items.some((draft) => draft.id === id), 'linked both ways');
  await director.page.goto(`${base}/records/${record.id}`);
  await director.page.getByRole('region', { name: '引用这件档案的推文' }).getByRole('link', { name: title }).waitFor();
  await sound(director.page, record.title);
});

test('paragraphs that are pasted come as words alone, each in a block of its own', async () => {
  const { page } = editor;
  const before = await page.getByRole('group', { name: /^第 \d+ 段：正文$/ }).count();
  await page.getByRole('group', { name: '加一段' }).getByRole('button', { name: '正文' }).click();
  const last = page.getByLabel('第 5 段的正文', { exact: true });
  await last.evaluate((field) => {
    const data = new DataTransfer();
    data.setData('text/plain', '一\r\n\r\n二\u200b\n  三  ');
    data.setData('text/html', '<p style="color:red">一</p><script>alert(1)</script>');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.getByLabel('第 7 段的正文', { exact: true }).waitFor();
  const words = await Promise.all([5, 6, 7].map((number) => page.getByLabel(`第 ${number} 段的正文`, { exact: true }).inputValue()));
  assert.deepEqual(words, ['一', '二', '三']);
  assert.equal(await page.getByRole('group', { name: /^第 \d+ 段：正文$/ }).count(), before + 3);
  for (const number of [7, 6, 5]) await page.getByRole('button', { name: `去掉第 ${number} 段` }).click();
  await saved(page);
});

test('blocks are moved by keyboard, removed and put back', async () => {
  const { page } = editor;
  await page.getByLabel('第 3 段的正文', { exact: true }).press('Alt+ArrowUp');
  assert.equal(await page.getByLabel('第 2 段的正文', { exact: true }).inputValue(), '第二年建成。');
  await page.getByRole('button', { name: '把第 2 段移到后面' }).click();
  assert.equal(await page.getByLabel('第 3 段的正文', { exact: true }).inputValue(), '第二年建成。');
  await page.getByRole('button', { name: '去掉第 3 段' }).click();
  await page.getByText('已删去第 3 段（正文）。').waitFor();
  await page.getByRole('button', { name: '放回去' }).click();
  assert.equal(await page.getByLabel('第 3 段的正文', { exact: true }).inputValue(), '第二年建成。');
  await saved(page);
});

test('what was typed survives a reload before it is saved', async () => {
  const { page } = editor;
  await page.route('**/api/v1/push/drafts/*', (route) => (route.request().method() === 'PUT' ? route.abort() : route.continue()));
  await page.getByLabel('第 3 段的正文', { exact: true }).fill('第二年春天建成。');
  await page.getByRole('status').filter({ hasText: '未保存，网络断开，内容还在本页' }).waitFor();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await page.unroute('**/api/v1/push/drafts/*');
  await loaded(page);
  assert.equal(await page.getByLabel('第 3 段的正文', { exact: true }).inputValue(), '第二年春天建成。');
  await saved(page);
  const { body } = await read(page);
  assert.equal(body.articles[0].article.blocks[2].runs[0].text, '第二年春天建成。');
  editor.complaints.splice(0, editor.complaints.length, ...editor.complaints.filter((one) => !/ERR_FAILED/.test(one)));
});

test('what is wanting is told, and then it is submitted; its author cannot approve it', async () => {
  const { page } = editor;
  await page.getByRole('button', { name: '提交审核' }).click();
  await page.getByText('还没有选封面').waitFor();
  await putCover(page);
  await page.reload();
  await loaded(page);
  await page.getByRole('button', { name: '提交审核' }).click();
  await page.getByText('正在审核，不能改动').waitFor();
  await sound(page, title);
  assert.equal(await page.getByRole('button', { name: '批准', exact: true }).count(), 0);
  const { draft, digest } = await read(page);
  const approve = api(page, 'POST', `/api/v1/push/drafts/${id}/approve`, { version: draft.version, digest });
  await assert.rejects(approve, /403/);
  editor.complaints.splice(0, editor.complaints.length, ...editor.complaints.filter((one) => !/status of 403/.test(one)));
});

test('the director comments on a block and returns it', async () => {
  const { page } = director;
  await page.goto(address);
  await sound(page, title);
  await page.getByRole('button', { name: '对第 3 段提意见' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('意见').fill('请写明是哪一年春天。');
  await dialog.getByRole('button', { name: '写下意见' }).click();
  await dialog.waitFor({ state: 'detached' });
  const comments = page.getByRole('region', { name: '意见' });
  await comments.getByText('请写明是哪一年春天。').waitFor();
  await comments.getByText('第 3 段', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: '退回', exact: true }).click();
  await page.getByRole('dialog').getByLabel('退回的原因').fill('年份不清楚。');
  await page.getByRole('dialog').getByRole('button', { name: '退回', exact: true }).click();
  await page.getByText('年份不清楚。').waitFor();
});

test('the editor mends it in a version of its own, and the difference is told within the words', async () => {
  const { page } = editor;
  await page.goto(address);
  await loaded(page);
  await page.getByText('年份不清楚。').waitFor();
  const before = (await read(page)).draft.version;
  await page.getByLabel('第 3 段的正文', { exact: true }).fill('一九五九年春天建成。');
  await saved(page);
  await savedAs(page, before + 1);
  await page.getByRole('region', { name: '意见' }).getByRole('button', { name: '已处理' }).click();
  await page.getByRole('region', { name: '意见' }).getByText('已处理').first().waitFor();
  await page.getByRole('button', { name: '历次版本' }).click();
  const drawer = page.getByRole('dialog', { name: '历次版本' });
  const changes = drawer.getByRole('list', { name: '改动' });
  await changes.locator('ins', { hasText: '一九五九' }).waitFor();
  await changes.locator('del', { hasText: '第二' }).waitFor();
  assert.equal(await changes.locator('li.rewritten').count(), 1);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
});

test("another's save is told with who and when, and either can be kept", async () => {
  const { page } = editor;
  const { draft, body, saves } = await read(director.page);
  body.articles[0].article.blocks[0].text = '馆长改的小标题';
  await api(director.page, 'PUT', `/api/v1/push/drafts/${id}`, { account: draft.account, body, began_from: saves });
  await page.getByLabel('第 1 段的小标题').fill('我改的小标题');
  const alert = page.getByRole('alert');
  await alert.getByText(/director.* 在 \d{4}-\d\d-\d\d \d\d:\d\d 保存过/).waitFor();
  assert.equal(await page.getByLabel('第 1 段的小标题').inputValue(), '我改的小标题', 'nothing typed is lost');
  await sound(page, title);
  await alert.getByRole('button', { name: '用我写的覆盖' }).click();
  await saved(page);
  const versions = await api(page, 'GET', `/api/v1/push/drafts/${id}/versions`);
  const [mine, theirs] = versions.items;
  assert.deepEqual([mine.author, theirs.author], ['editor', 'director']);
  const kept = await api(page, 'GET', `/api/v1/push/drafts/${id}/versions/${theirs.number}`);
  assert.equal(kept.body.articles[0].article.blocks[0].text, '馆长改的小标题');
  editor.complaints.splice(0, editor.complaints.length, ...editor.complaints.filter((one) => !/status of 409/.test(one)));
});

test('who changed it may not approve it, and a copy by others is approved', async () => {
  await editor.page.getByRole('button', { name: '提交审核' }).click();
  await editor.page.getByText('正在审核，不能改动').waitFor();
  const { page } = director;
  await page.goto(address);
  await loaded(page);
  await page.getByText('您写过或改过这篇').waitFor();
  assert.equal(await page.getByRole('button', { name: '批准', exact: true }).count(), 0, 'the director wrote a version');

  const copy = await api(editor.page, 'POST', `/api/v1/push/drafts/${id}/copy`);
  await editor.page.goto(`${base}/push/drafts/${copy.id}`);
  await loaded(editor.page);
  await editor.page.getByRole('button', { name: '提交审核' }).click();
  await editor.page.getByText('正在审核，不能改动').waitFor();
  await page.goto(`${base}/push/drafts/${copy.id}`);
  await loaded(page);
  await page.getByRole('button', { name: '批准', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '批准推文' }).click();
  await page.getByRole('button', { name: '撤销批准' }).waitFor();
  await sound(page, title);
  await page.goto(`${base}/push/drafts?state=approved`);
  await loaded(page);
  await page.getByRole('row').filter({ hasText: title }).first().waitFor();
  await sound(page, '推文');
});

test('eight articles of the greatest length are saved, and what is longer is refused in words', async () => {
  const { page } = editor;
  const { draft } = await read(page);
  const long = await api(page, 'POST', '/api/v1/push/drafts', { account: draft.account, kind: 'articles' });
  const path = `/api/v1/push/drafts/${long.id}`;
  const { body, saves } = await api(page, 'GET', path);
  body.articles[0].article.blocks = Array.from({ length: 100 }, () => ({ kind: 'text', runs: [{ text: '水'.repeat(190) }] }));
  const eight = { ...body, articles: Array.from({ length: 8 }, () => body.articles[0]) };
  const saved = await api(page, 'PUT', path, { account: draft.account, body: eight, began_from: saves });
  const [lead, ...others] = eight.articles;
  eight.articles = [{ ...lead, article: { ...lead.article, title: '长'.repeat(300_000) } }, ...others];
  const refused = api(page, 'PUT', path, { account: draft.account, body: eight, began_from: saved.saves });
  await assert.rejects(refused, /400.*内容太长/);
  editor.complaints.splice(0, editor.complaints.length, ...editor.complaints.filter((one) => !/status of 400/.test(one)));
});

test('the pages fit 768 pixels, and complain of nothing', async () => {
  const narrow = await desk(running, { width: 768, height: 1024 });
  await enter(narrow.page, 'editor');
  const { id: own } = await api(narrow.page, 'POST', '/api/v1/push/drafts', { account: (await read(narrow.page)).draft.account, kind: 'articles' });
  await narrow.page.goto(`${base}/push/drafts/${own}`);
  await sound(narrow.page, '（还没有标题）');
  await narrow.page.getByRole('button', { name: '看手机上的样子' }).click();
  await phone(narrow.page).getByRole('heading', { level: 1 }).waitFor();
  await sound(narrow.page, '（还没有标题）');
  await narrow.page.goto(`${base}/push/drafts`);
  await sound(narrow.page, '推文');
  const complaints = [editor, director, narrow].flatMap((seat) => seat.complaints);
  assert.deepEqual(complaints, []);
});
