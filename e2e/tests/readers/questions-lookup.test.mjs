// 查档引导 on the emulated phone: to the way to somebody's own records, and to documents of the public catalogue.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, browser, sandbox } from '../../hall.mjs';
import { follower } from '../../staff.mjs';

let running;
before(async () => { running = await browser(); });
after(() => running.close());

const answers = (page) => page.locator('#chat .row.theirs .bubble, #chat .row.wide');

/** The phone of a new follower, who is greeted. */
async function handset() {
  const { openid } = await follower('查档的人');
  const context = await running.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  await page.goto(`${sandbox}/#/${account}/${openid}`);
  await answers(page).first().waitFor();
  return page;
}

/** Says something and gives the text of the answer. */
async function say(page, text) {
  const before = await answers(page).count();
  if (await page.locator('#to-text').isVisible()) await page.locator('#to-text').click();
  await page.getByLabel('输入消息').fill(text);
  await page.getByLabel('输入消息').press('Enter');
  const answer = answers(page).nth(before);
  await answer.waitFor();
  return answer.innerText();
}

test('whose marriage, when and where, and the way to the records; a name is not repeated', async () => {
  const page = await handset();
  assert.match(await say(page, '我要查档案'), /1 婚姻登记[\s\S]*10 公文和历史资料[\s\S]*取消/);
  assert.match(await say(page, '结婚证'), /是谁的档案/);
  assert.match(await say(page, '我母亲的，她已经去世了'), /哪一年/);
  const guided = await say(page, '王小明 结婚 1986');
  assert.match(guided, /没有保存[\s\S]*哪一年/);
  assert.doesNotMatch(guided, /小明/);
  assert.match(await say(page, '八十年代'), /在哪里登记/);
  const way = await say(page, '桥头公社');
  assert.match(way, /当事人已去世，大约1980年至1989年/);
  assert.match(way, /死亡证明[\s\S]*地址：[\s\S]*电话：0\d{2,3}-[\s\S]*办事指南[\s\S]*人工/);
  assert.match(await say(page, '几点开门'), /\d{1,2}:\d{2}/);
});

test('documents by topic and year: the best three and the way to all, and one step back', async () => {
  const page = await handset();
  await say(page, '查档');
  assert.match(await say(page, '10'), /关于什么的/);
  assert.match(await say(page, '水库'), /哪一年/);
  assert.match(await say(page, '五十年代'), /哪个单位发的/);
  const found = await say(page, '不知道');
  assert.match(found, /找到 \d+ 条开放档案/);
  const last = answers(page).last();
  assert.ok((await last.locator('a').count()) >= 2, 'records and all results are links');
  assert.match(await say(page, '上一步'), /哪个单位发的/);
  assert.match(await say(page, '取消'), /已退出/);
});

test('a topic that is a heading of the subject directory leads to it', async () => {
  const page = await handset();
  for (const text of ['查档', '公文', '关于政务的文件', '不知道']) await say(page, text);
  assert.match(await say(page, '不知道'), /专题“政务”，\d+ 条开放档案/);
});

test('the menu leads there', async () => {
  const page = await handset();
  const menu = page.getByRole('button', { name: '查档案' });
  if (!(await menu.isVisible())) await page.locator('#to-menu').click();
  const before = await answers(page).count();
  await menu.click();
  await page.getByRole('menuitem', { name: '一步步带您查' }).click();
  await answers(page).nth(before).waitFor();
  assert.match(await answers(page).nth(before).innerText(), /您要查什么/);
  await say(page, '取消');
});
