// 我的咨询 on a phone without JavaScript: a reader comes by the link of the chat, asks, is answered by staff, ends, and says how it was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from '../../axe.mjs';
import { browser, heading, phone, sandbox, site } from '../../hall.mjs';
import { base, desk, enter, loaded } from '../../staff.mjs';

/** The account that cannot sign readers in: its links carry tickets. */
const SUBSCRIPTION = 'demo-sub';
const stamp = Date.now().toString(36);
const question = `1962 年溪口水库的验收材料（${stamp}）在哪个全宗？`;
const answer = `在第七全宗（${stamp}），请到馆查阅。`;

let running;
/** The reader's phone, and where the tests leave it. */
let page;
let chat;

async function told(path, body) {
  const headers = { origin: sandbox, 'content-type': 'application/json' };
  const asked = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  const response = await fetch(`${sandbox}/_sandbox/${SUBSCRIPTION}/followers${path}`, { headers, ...asked });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

/** A new follower who says something; gives the first link of what the account answers. */
async function linkFor(words) {
  const { openid } = await told('', { nickname: '读者', follow: true, scene: '' });
  await told(`/${openid}/messages`, { type: 'text', content: words });
  chat = async () => JSON.stringify(await told(`/${openid}/chat`));
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = (await chat()).match(/https?:\/\/[^"\\<]*\/questions[^"\\<]*/);
    if (found) return found[0];
    assert.ok(Date.now() < deadline, `an answer with a link: ${await chat()}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

/** What axe finds: it needs script, so it looks at the same bytes in a page that has it. */
async function barriers(dark) {
  const context = await phone(running, { dark });
  const copy = await context.newPage();
  await copy.setContent(await page.content());
  const found = await findings(copy);
  await context.close();
  return found;
}

/** The page has no barrier, and everything to tap is large enough and inside the window. */
async function sound(name, { least = 48, dark = false } = {}) {
  assert.deepEqual(await barriers(dark), [], name);
  const small = await page.evaluate((limit) => [...document.querySelectorAll('main button, main textarea, main summary, main .do')]
    .map((element) => [element.innerText || element.id, element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.height < limit - 0.5 || box.width < limit - 0.5))
    .map(([text, box]) => `${text} ${Math.round(box.width)}×${Math.round(box.height)}`), least);
  assert.deepEqual(small, [], `targets of ${name}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(over, 0, `${name} scrolls sideways`);
}

const main = () => page.locator('main').innerText();

before(async () => {
  running = await browser();
  page = await (await phone(running, { script: false })).newPage();
});
after(() => running.close());

test('who is not recognised is told how to come, and nothing of anybody', async () => {
  await page.goto(`${site}/guide`);
  await page.getByRole('link', { name: '我的咨询' }).click();
  await heading(page, '我的咨询');
  const text = await main();
  assert.ok(text.includes('还认不出您是谁') && text.includes('发送“我的咨询”'), text);
  assert.equal(await page.locator('main textarea').count(), 0);
  await sound('stranger');
});

test('a reader comes by the link of the chat and asks', async () => {
  await page.goto(await linkFor('转人工'));
  await heading(page, '我的咨询');
  assert.ok(!page.url().includes('t='), 'the ticket is gone from the address');
  await page.getByLabel('要接着说的').fill('长'.repeat(1001));
  await page.getByRole('button', { name: '提交' }).click();
  assert.match(await page.getByRole('alert').innerText(), /1001 个字/);
  assert.equal((await page.locator('textarea').inputValue()).length, 1001, 'what was typed is still there');
  await sound('refused');
  await page.getByLabel('要接着说的').fill(question);
  await page.getByRole('button', { name: '提交' }).click();
  assert.match(await page.getByRole('status').innerText(), /收到了/);
  const text = await main();
  assert.ok(text.includes(question) && text.includes('等待答复'), text);
  await sound('asked');
});

test('staff see that it came from the site, and their answer is on the page and in the chat', async () => {
  const { page: room, complaints } = await desk(running);
  await enter(room, 'archivist');
  await room.goto(`${base}/consult?state=waiting`);
  await loaded(room);
  await room.getByText(question).first().click();
  await room.getByRole('log').getByText('来自网站').first().waitFor();
  await room.getByRole('textbox', { name: /回复|答复/ }).first().fill(answer);
  await room.getByRole('button', { name: /^发送/ }).click();
  await room.getByRole('log').getByText(answer).waitFor();
  assert.deepEqual(complaints, []);
  const deadline = Date.now() + 10_000;
  while (!(await chat()).includes(answer)) {
    assert.ok(Date.now() < deadline, 'the answer is in the chat');
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  await room.context().close();
  await page.goto(`${site}/questions`);
  const text = await main();
  assert.ok(text.includes(answer) && text.includes('已经答复'), text);
  await sound('answered');
});

test('the page is whole in large type and in the dark', async () => {
  const cookies = await page.context().cookies();
  for (const dark of [false, true]) {
    const context = await phone(running, { large: true, dark, script: false });
    await context.addCookies(cookies);
    const before = page;
    page = await context.newPage();
    await page.goto(`${site}/questions`);
    await heading(page, '我的咨询');
    await sound(`large${dark ? ', dark' : ''}`, { least: 60, dark });
    page = before;
    await context.close();
  }
});

test('the reader ends it and says once how it was', async () => {
  await page.getByRole('button', { name: /结束这次咨询/ }).click();
  await heading(page, '我的咨询');
  await sound('ended');
  await page.getByRole('button', { name: '满意', exact: true }).click();
  assert.match(await page.getByRole('status').innerText(), /谢谢/);
  assert.ok((await main()).includes('您的评价：满意'));
  assert.equal(await page.getByRole('button', { name: '满意', exact: true }).count(), 0);
  await sound('rated');
});

test('another reader sees nothing of it', async () => {
  const context = await phone(running, { script: false });
  const other = await context.newPage();
  await other.goto(await linkFor('转人工'));
  await heading(other, '我的咨询');
  const text = await other.locator('main').innerText();
  assert.ok(!text.includes(question) && !text.includes(answer), text);
  await context.close();
});
