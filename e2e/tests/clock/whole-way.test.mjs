// The whole way of an article: a Word file comes in, a record is quoted, a word is changed, a second person approves, it
// goes out by itself at its hour to those it is for, a reader reads and shares it, and the next morning has the figures.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { docx, png } from '../../docx.mjs';
import { account, browser, sandbox, site } from '../../hall.mjs';
import { api, base, desk, enter, follower, loaded, now, open, sound } from '../../staff.mjs';

const stamp = Date.now().toString(36).toUpperCase();
const title = `水库移民 ${stamp}`;
const told = `全宗里还有 ${stamp} 号照片。`;

let running;
let editor;
let director;
/** Those who followed before the list was fixed: one reads the article, the other does not. */
let reader;
let other;
/** The days of the house: of today, and of the push. */
let today;
let tomorrow;
/** The addresses of the draft and of its plan in the console. */
let draft;
let plan;

/** The day in Shanghai so many days after a moment. */
const day = (moment, days = 0) => new Date(moment + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10);
const block = (page, name) => page.getByRole('group', { name });
const saved = (page) => page.getByRole('status').filter({ hasText: '已保存' }).waitFor();
const main = (page) => page.getByRole('main');

/** Moves the clock of both sides on to so many seconds before an hour of Shanghai. Whoever sits at a desk has left it. */
async function wait(until, before = 0) {
  for (const { page } of [editor, director]) await page.goto('about:blank');
  const seconds = Math.floor((Date.parse(`${until}:00+08:00`) - await now()) / 1000) - before;
  assert.ok(seconds > 0, `${until} is still to come`);
  const moved = await fetch(`${sandbox}/_sandbox/clock`, { method: 'POST', body: JSON.stringify({ advance_seconds: seconds }) });
  assert.ok(moved.ok, `the clock: ${moved.status}`);
}

/** Waits until WeChat's figures of the article are here, and the house's own of who came from it. */
async function counted(page) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { items } = await api(page, 'GET', '/api/v1/push/results');
    const found = items.find((one) => one.title === title);
    if (found.counts && found.visits) return;
    assert.ok(Date.now() < deadline, `the figures come: ${JSON.stringify(found)}`);
    await page.waitForTimeout(500);
  }
}

before(async () => {
  running = await browser();
  today = day(await now());
  tomorrow = day(await now(), 1);
  reader = await follower(`移民${stamp}`);
  other = await follower(`邻居${stamp}`);
  [editor, director] = [await desk(running), await desk(running)];
  await Promise.all([enter(editor.page, 'editor'), enter(director.page, 'director')]);
});
after(() => running.close());

test('a Word file becomes an article, with its picture as the cover', async () => {
  const { page } = editor;
  await page.goto(`${base}/push/drafts`);
  await page.getByRole('button', { name: '新建推文' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: '开始写' }).click();
  await page.waitForURL(/\/push\/drafts\/[0-9a-f-]{36}$/);
  draft = page.url();
  const body = `<w:p><w:pPr><w:pStyle w:val="2"/></w:pPr><w:r><w:t>搬家的路</w:t></w:r></w:p>
    <w:p><w:r><w:t>${told}</w:t></w:r></w:p>
    <w:p><w:r><w:drawing><wp:docPr descr="搬家的船"/><a:blip r:embed="r1"/></w:drawing></w:r></w:p>`;
  const picture = png(900, 383, Date.now() & 0xff_ffff);
  await page.getByRole('button', { name: '从文件或网页带入' }).click();
  const dialog = page.getByRole('dialog', { name: '导入文字' });
  await dialog.getByLabel('从文件导入').setInputFiles({ name: `移民${stamp}.docx`, mimeType: 'application/octet-stream', buffer: docx(body, picture) });
  await dialog.getByRole('heading', { name: '导入的样子（3 段）' }).waitFor();
  await dialog.getByRole('button', { name: '放进推文' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('第 1 段的小标题').inputValue(), '搬家的路');
  assert.equal(await page.getByLabel('第 2 段的正文', { exact: true }).inputValue(), told);
  assert.equal(await block(page, '第 3 段：图片').getByLabel('图上有什么').inputValue(), '搬家的船');
  await page.getByLabel('标题', { exact: true }).fill(title);
  await page.getByLabel('摘要').fill('一座水库和两千户人家');
  await block(page, '封面').getByRole('button', { name: '从素材库选' }).click();
  const picker = page.getByRole('dialog', { name: '选图片' });
  await picker.getByRole('button', { name: /^选用/ }).first().click();
  await picker.waitFor({ state: 'detached' });
  await block(page, '封面').locator('img').waitFor();
  await saved(page);
});

test('an open record is quoted, and a word of the profession is changed for a plain one', async () => {
  const { page } = editor;
  await block(page, '加一段').getByRole('button', { name: '引用档案' }).click();
  const dialog = page.getByRole('dialog', { name: '引用一件档案' });
  await dialog.getByLabel('题名、档号、文号').fill('水库');
  await dialog.getByRole('button', { name: '检索' }).click();
  const first = dialog.getByRole('list', { name: '档案' }).getByRole('listitem').first();
  const quoted = await first.locator('strong').innerText();
  await first.getByRole('button', { name: /^引用：/ }).click();
  await dialog.waitFor({ state: 'detached' });
  await block(page, '第 4 段：引用档案').getByText(quoted).waitFor();
  await page.getByRole('region', { name: '质量检查' }).getByRole('button', { name: '换成“单位全部档案”' }).click();
  const text = page.getByLabel('第 2 段的正文', { exact: true });
  await page.waitForFunction((field) => field.value.startsWith('单位全部档案里'), await text.elementHandle());
  await saved(page);
  const { body } = await api(page, 'GET', `/api/v1/push/drafts/${draft.split('/').pop()}`);
  await page.getByLabel('“阅读原文”的网址').fill(`${site}/records/${body.articles[0].article.blocks[3].id}`);
  await saved(page);
  await sound(page, title);
});

test('the editor submits it, and a second person approves it', async () => {
  await editor.page.getByRole('button', { name: '提交审核' }).click();
  await editor.page.getByText('正在审核，不能改动').waitFor();
  const { page } = director;
  await page.goto(draft);
  await sound(page, title);
  await page.getByRole('button', { name: '批准', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '批准推文' }).click();
  await page.getByRole('button', { name: '排定群发' }).click();
  await sound(page, '安排群发');
});

test('it is planned for tomorrow at half past nine, for those who followed by now', async () => {
  const { page } = director;
  await page.getByRole('radio', { name: '按条件挑选' }).check({ force: true });
  await page.getByLabel('关注日期，从').fill(today);
  await page.getByRole('button', { name: '确定名单' }).click();
  await page.getByText(`${today} 起关注的关注者`).first().waitFor();
  await main(page).getByText('2 位', { exact: true }).waitFor();
  await page.getByRole('radio', { name: '定时' }).check({ force: true });
  await page.getByLabel('日期', { exact: true }).fill(tomorrow);
  await page.getByLabel('时间', { exact: true }).fill('9:30');
  await page.getByLabel('时间', { exact: true }).blur();
  await page.getByText('按本馆所知，名单上没有人在那个月收满 4 次').waitFor();
  await page.getByRole('button', { name: '批准群发' }).click();
  await page.waitForURL(/\/push\/plans\/[0-9a-f-]{36}$/);
  plan = page.url();
  await sound(page, title);
  await main(page).getByText('待发送').first().waitFor();
});

test('it arrives by itself at its hour, and is read and shared on the phone', async () => {
  const late = await follower(`后来${stamp}`);
  await wait(`${tomorrow}T09:30`, 10);
  assert.ok(!(await reader.chat()).includes(title), 'nothing before its hour');
  await reader.hears(title, 40_000);
  await other.hears(title);
  assert.ok(!(await late.chat()).includes(title), 'who followed later is not on the list');

  const phone = await running.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' });
  phone.setDefaultTimeout(10_000);
  const page = await phone.newPage();
  await page.goto(`${sandbox}/#/${account}/${reader.openid}`);
  const article = page.frameLocator('#web-frame');
  const read = async () => {
    await page.getByRole('button', { name: `打开：${title}` }).click();
    await article.getByRole('heading', { level: 1, name: title }).waitFor();
    await article.getByText('单位全部档案里').waitFor();
  };
  await read();
  await article.getByRole('button', { name: '分享' }).click();
  await article.getByText('已分享').waitFor();
  // WeChat leaves out of its figures what was read and shared less than three times.
  await page.getByRole('button', { name: '关闭网页' }).click();
  await read();
  const opened = phone.waitForEvent('page');
  await article.getByRole('link', { name: '阅读原文' }).click();
  const record = await opened;
  await record.getByRole('link', { name: title }).waitFor();
  await phone.close();
});

test('the next morning has the figures', async () => {
  const next = day(Date.parse(`${tomorrow}T09:30:00+08:00`), 1);
  await wait(`${next}T08:30`);
  const { page } = director;
  await enter(page, 'director');
  await page.goto(plan);
  await sound(page, title);
  await main(page).getByText('2 位读者收到').waitFor();
  await counted(page);
  await open(page, '/push/results', '推文效果');
  const cells = page.getByLabel('推文效果', { exact: true }).getByRole('row').filter({ hasText: title }).getByRole('cell');
  const [what, targets, readers, shares, left, visits] = await cells.allInnerTexts();
  assert.match(what, new RegExp(`${tomorrow} 09:30，${today} 起关注的关注者`));
  assert.deepEqual([targets, shares, left, visits].map((cell) => cell.trim()), ['2', '1', '0', '1']);
  assert.match(readers, /^1（50%）/);
  await page.getByLabel('发给不同的人，看的人有多少').getByRole('row', { name: `${today} 起关注的关注者` }).getByText('50 位').waitFor();
  await page.getByText('1 天里，每个钟头一共看了几次').first().waitFor();
  await page.getByRole('button', { name: title }).click();
  await page.getByText(`到 ${tomorrow} 为止，1 人分享，0 人收藏。`).waitFor();
  assert.deepEqual([editor, director].flatMap((seat) => seat.complaints), []);
});
