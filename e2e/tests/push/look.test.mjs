// What an article plays and how it looks: a recording as a card, a citation by one click, the colours of the house; and where
// headlines come from.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cover, recording, written } from '../../article.mjs';
import { api, base, loaded, open, seated, sound } from '../../staff.mjs';

const stamp = Date.now().toString(36).toUpperCase();
const title = `渡口号子 ${stamp}`;
const link = 'https://no-such-name.invalid/page';
const saved = () => page.getByRole('status').filter({ hasText: '已保存' }).waitFor();

let running;
let page;
let complaints;
/** The draft. */
let id;

before(async () => {
  ({ running, page, complaints } = await seated('editor'));
  const runs = [{ text: '老船工留下的声音，详见网站。', note: link }];
  id = await written(page, { title, blocks: [{ kind: 'text', runs }, await recording(page, title)], picture: await cover(page, title) });
});
after(() => running.close());

const card = () => page.frameLocator('iframe[title="读者看到的文章"]').getByText(`▶ 音频 · 2 秒`);

test('the phone shows a card of a recording, and the editor says why', async () => {
  await page.goto(`${base}/push/drafts/${id}`);
  await loaded(page);
  await card().waitFor();
  const block = page.getByRole('group', { name: '第 2 段：音频' });
  await block.getByText('微信不让推文里直接播放音频').waitFor();
  await block.getByLabel('文字稿').fill('');
  await saved();
  await page.getByRole('button', { name: '提交审核' }).first().click();
  await page.getByText('还没有写文字稿').first().waitFor();
  await page.keyboard.press('Escape');
  await block.getByLabel('文字稿').fill('嗨哟，嗨哟。');
  await saved();
  await sound(page, title);
});

test('a link is opened at a click, and what was seen stands in the place of what was read', async () => {
  // The house itself would tell after ten seconds and not before.
  const items = [{ place: { block: 0, part: 0, from: 0, to: 1 }, address: link, elsewhere: true, wrong: true, told: '没有打开' }];
  await page.route('**/api/v1/push/quality/links', (route) => route.fulfill({ json: { items } }));
  const panel = page.getByRole('region', { name: '质量检查' });
  await panel.getByText('没有替您打开过').waitFor();
  await panel.getByRole('button', { name: '打开别的网站看一遍' }).click();
  await panel.getByText('没有打开。').waitFor();
  await page.unroute('**/api/v1/push/quality/links');
});

test('where a picture of a record comes from is written under it with one click', async () => {
  const { items } = await api(page, 'GET', `/api/v1/push/materials/records?q=`);
  const pages = await api(page, 'GET', `/api/v1/push/materials/records/${items[0].id}/pages`);
  const { id: material } = await api(page, 'POST', '/api/v1/push/materials/from-record', { record: items[0].id, page: pages.items[0].id });
  const { body, saves } = await api(page, 'GET', `/api/v1/push/drafts/${id}`);
  body.articles[0].article.blocks.push({ kind: 'picture', address: `material/${material}`, alternative: '一页档案', caption: '' });
  await api(page, 'PUT', `/api/v1/push/drafts/${id}`, { account: 'demo', body, began_from: saves });
  await page.reload();
  await loaded(page);
  const block = page.getByRole('group', { name: '第 3 段：图片' });
  await block.getByRole('button', { name: '把出处写进说明' }).click();
  await page.waitForFunction((field) => field.value.includes('档案馆·'), await block.getByLabel('图下的说明').elementHandle());
  await saved();
});

test('two colours of the house are refused if they cannot be read, and dress an article otherwise', async () => {
  await open(page, '/push/words?tab=colours', '用语与选题');
  const tab = page.getByRole('tabpanel', { name: '配色' });
  await tab.getByLabel('主色').fill('#9fc5e8');
  await tab.getByRole('button', { name: '保存配色' }).click();
  await tab.getByText('主色在浅色的纸上看不清').waitFor();
  await tab.getByLabel('主色').fill('#1d4f91');
  await tab.getByRole('button', { name: '保存配色' }).click();
  await tab.getByRole('button', { name: '不用自己的配色' }).waitFor();
  await sound(page, '用语与选题');
  await page.goto(`${base}/push/drafts/${id}`);
  await loaded(page);
  await page.getByText('用本馆的配色').click();
  await saved();
  const colour = () => card().evaluate((element) => getComputedStyle(element).color);
  await page.waitForFunction((frame) => getComputedStyle([...frame.contentDocument.querySelectorAll('p')].find((one) => one.textContent.startsWith('▶'))).color === 'rgb(29, 79, 145)', await page.locator('iframe[title="读者看到的文章"]').elementHandle());
  assert.equal(await colour(), 'rgb(29, 79, 145)');
});

test('a source lies on the public web, is off until somebody switches it on, and goes again', async () => {
  await open(page, '/push/words?tab=sources', '用语与选题');
  const tab = page.getByRole('tabpanel', { name: '热点来源' });
  await tab.getByText('还没有来源').waitFor();
  const add = async (address) => {
    await tab.getByLabel('名称').fill(`来源 ${stamp}`);
    await tab.getByLabel('订阅源的网址').fill(address);
    await tab.getByRole('button', { name: '加上' }).click();
  };
  await add('http://127.0.0.1:8080/rss');
  await tab.getByText('网址里不能指定端口').waitFor();
  await add('http://169.254.169.254/latest');
  await tab.getByText('网址不是公开的网站').waitFor();
  await add('https://no-such-name.invalid/rss');
  await tab.getByText('没有打开').waitFor();
  await sound(page, '用语与选题');
  await tab.getByRole('button', { name: `去掉来源 来源 ${stamp}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: '去掉来源' }).click();
  await tab.getByText('还没有来源').waitFor();
  // The browser itself tells of the refusals.
  assert.deepEqual(complaints.filter((one) => !/status of 400/.test(one)), []);
});
