// The whole way: a person follows the account on the emulated phone, asks, and ends at a fonds of the archives.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, browser, phone, sandbox, site, someIds } from '../hall.mjs';

let running;
before(async () => { running = await browser(); });
after(() => running.close());

async function handset() {
  const context = await running.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  await page.goto(`${sandbox}/#/${account}`);
  // Either nobody follows yet, or the chat so far is there.
  await page.getByRole('button', { name: '关注公众号' }).or(answers(page)).first().waitFor();
  return page;
}

const answers = (page) => page.locator('#chat .row.theirs .bubble, #chat .row.wide');

async function say(page, text) {
  const before = await answers(page).count();
  if (await page.locator('#to-text').isVisible()) await page.locator('#to-text').click();
  await page.getByLabel('输入消息').fill(text);
  await page.getByLabel('输入消息').press('Enter');
  const answer = answers(page).nth(before);
  await answer.waitFor();
  return answer;
}

test('from following to the fonds, without leaving the phone', async () => {
  const page = await handset();
  await page.getByRole('button', { name: '关注公众号' }).click();
  const greeting = answers(page).first();
  await greeting.waitFor();
  assert.match(await greeting.innerText(), /档案/);

  const hours = await say(page, '请问几点开门？');
  assert.match(await hours.innerText(), /\d{1,2}:\d{2}/);

  const found = await say(page, '粤府〔2023〕68号');
  assert.match(await page.locator('#chat').innerText(), /省级行政职权/);
  const link = found.locator('a, button.card').filter({ hasText: /省级行政职权/ }).first();
  await ((await link.count()) > 0 ? link : found.locator('a').first()).click();

  const web = page.frameLocator('#web-frame');
  await web.getByRole('heading', { level: 1, name: /省级行政职权/ }).waitFor();
  assert.match(await web.locator('main').innerText(), /粤府〔2023〕68号/);

  const trail = web.getByRole('navigation', { name: '所在位置' });
  const steps = await trail.getByRole('link').allInnerTexts();
  assert.ok(steps.length >= 3, `the trail is ${steps.join(' › ')}`);
  await trail.getByRole('link').last().click();
  await web.getByRole('heading', { level: 1, name: steps.at(-1) }).waitFor();
  await web.getByRole('link', { name: /省级行政职权/ }).first().waitFor();
  await web.getByRole('navigation', { name: '所在位置' }).getByRole('link').last().click();
  await web.getByRole('heading', { level: 1, name: steps.at(-2) }).waitFor();

  await page.getByRole('button', { name: '关闭网页' }).click();
  assert.ok(await page.getByLabel('输入消息').isVisible());
});

test('what the request slip proposes to say is answered with the telephone', async () => {
  const reader = await phone(running);
  const slip = await reader.newPage();
  const [first, second] = await someIds(running);
  await slip.goto(`${site}/list/request?id=${first}&id=${second}`);
  const words = await slip.locator('#words').innerText();
  await reader.close();
  const page = await handset();
  const follow = page.getByRole('button', { name: '关注公众号' });
  if (await follow.isVisible()) {
    await follow.click();
    await answers(page).first().waitFor();
  }
  assert.match(await (await say(page, words)).innerText(), /电话：0\d{2,3}-/);
});

test('who no longer follows finds the way back, and a telephone number is tapped', async () => {
  const page = await handset();
  if (await page.getByRole('button', { name: '关注公众号' }).isVisible()) {
    await page.getByRole('button', { name: '关注公众号' }).click();
    await answers(page).first().waitFor();
  }
  const contact = await say(page, '联系电话');
  await contact.getByRole('link', { name: /^0\d{2,3}-/ }).first().click();
  await page.getByRole('button', { name: '复制号码' }).waitFor();
  await page.getByRole('button', { name: '取消', exact: true }).click();

  await page.getByRole('button', { name: '公众号资料' }).click();
  await page.getByRole('button', { name: '取消关注' }).click();
  await page.getByRole('button', { name: '关注公众号' }).waitFor();
  await page.getByRole('button', { name: '进入公众号' }).click();
  assert.ok(!(await page.getByLabel('输入消息').isVisible()), 'nothing can be said without following');
  const before = await answers(page).count();
  await page.getByRole('button', { name: '关注公众号' }).click();
  await answers(page).nth(before).waitFor();
  assert.match(await answers(page).nth(before).innerText(), /欢迎/);
});
