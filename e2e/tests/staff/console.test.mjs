// The staff console: who sees what, no barrier on any page of the menu, and the way from a reader's question to an answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from '../../axe.mjs';
import { browser, heading } from '../../hall.mjs';
import { base, code, desk, enter, entry, follower, loaded, menu, sound } from '../../staff.mjs';

/** Pages that an account must find in its menu. */
const NEEDED = {
  archivist: ['工作台', '咨询收件箱', '自动回复', '常见问题', '未答上的问题', '快捷答复', '咨询统计'],
  'security-administrator': ['工作台', '工作人员'],
  auditor: ['工作台', '审计日志'],
};

/** Words that no other run has used, so that a demo may be tested again. */
const stamp = Date.now().toString(36);

let running;
/** The archivist's desk, which most tests sit at. */
let seat;
before(async () => { running = await browser(); });
after(() => running.close());

test('a one-time code is that of RFC 6238', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  assert.equal(code(secret, 59_000), '287082');
  assert.equal(code(secret, 1_111_111_109_000), '081804');
});

test('the archivist signs in and sees the work of the day', async () => {
  seat = await desk(running);
  const { page, complaints } = seat;
  await page.goto(`${base}/`);
  await page.getByRole('button', { name: '登录' }).waitFor();
  await heading(page, '登录');
  assert.deepEqual(await findings(page), [], 'the sign-in page');
  await enter(page, 'archivist');
  await sound(page, '工作台');
  assert.deepEqual(complaints, [], 'the content security policy lets our own style and script run');
});

for (const [user, needed] of Object.entries(NEEDED)) {
  test(`every page in the menu of ${user} opens without a barrier`, async () => {
    const { context, page, complaints } = user === 'archivist' ? seat : await desk(running);
    if (user !== 'archivist') await enter(page, user);
    const entries = await menu(page);
    for (const name of needed) assert.ok(entries.includes(name), `${name} among ${entries.join('、')}`);
    for (const name of entries) {
      await entry(page, name).click();
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
      await sound(page, name);
      assert.deepEqual(await page.getByRole('alert').allInnerTexts(), [], `nothing went wrong on ${name}`);
    }
    assert.deepEqual(complaints, []);
    if (user !== 'archivist') await context.close();
  });
}

test('the inbox and the rules fit a narrow window', async () => {
  const { page } = seat;
  await page.setViewportSize({ width: 768, height: 1024 });
  await page.goto(`${base}/consult`);
  await sound(page, '咨询收件箱');
  await page.getByRole('button', { name: '菜单' }).click();
  await entry(page, '自动回复').click();
  await page.getByRole('heading', { level: 1, name: '自动回复', exact: true }).waitFor();
  await sound(page, '自动回复');
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('a page that is not one’s own says which right it needs', async () => {
  const { page } = seat;
  await page.goto(`${base}/audit`);
  await page.getByText('查阅审计日志').waitFor();
  await heading(page, /审计日志/);
});

test('a rule is written and answers on the phone', async () => {
  const { page } = seat;
  const word = `寻根${stamp}`;
  await page.goto(`${base}/rules`);
  await loaded(page);
  await page.getByRole('button', { name: '新建规则' }).click();
  await page.getByLabel('规则名称').fill(`族谱 ${stamp}`);
  await page.getByRole('textbox', { name: '第 1 条，关键词' }).fill(word);
  await page.getByRole('textbox', { name: '第 1 条的文字' }).fill(`族谱在第 7 号全宗，请到 {address} 查阅。${stamp}`);
  await sound(page, '新建自动回复规则');
  await page.getByRole('button', { name: '新建规则' }).click();
  await page.waitForURL(/\/rules$/);
  await page.getByRole('link', { name: `族谱 ${stamp}` }).waitFor();
  const reader = await follower('寻根的人');
  await reader.say(`我想${word}，从哪里查起？`);
  await reader.hears('族谱在第 7 号全宗，请到 ');
  await reader.hears(stamp);
});

test('a reader asks for a person, is answered, and the answer is kept for the next', async () => {
  const { page } = seat;
  const question = `${stamp}号展柜的灯几点熄？`;
  const answer = `${stamp}号展柜的灯在闭馆前一刻钟熄。`;
  const reader = await follower('问灯的人');
  await reader.say('转人工');
  await reader.say(question);

  await page.goto(`${base}/consult`);
  await page.getByRole('link').filter({ hasText: question }).click();
  await page.getByRole('button', { name: '接手', exact: true }).click();
  const box = page.getByRole('textbox', { name: /^回复/ });
  await box.fill(answer);
  await box.press('Control+Enter');
  await reader.hears(answer);
  const said = page.getByRole('article').filter({ hasText: answer });
  await said.getByText('已发送').waitFor();
  await sound(page, '咨询收件箱');

  await said.getByRole('button', { name: '转为常见问题' }).click();
  const dialog = page.getByRole('dialog', { name: '转为常见问题' });
  assert.equal(await dialog.getByLabel('问题', { exact: true }).inputValue(), question);
  await dialog.getByLabel('类别').fill('展厅');
  assert.deepEqual(await findings(page), [], 'the dialog');
  await dialog.getByRole('button', { name: '加入常见问题' }).click();
  await dialog.waitFor({ state: 'hidden' });

  await page.goto(`${base}/faqs`);
  await page.getByLabel(/问题/).first().fill(stamp);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: question }).waitFor();
  const next = await follower('下一位');
  await next.say(question);
  await next.hears(answer);
});

test('a planted fault is found', async () => {
  const { page } = seat;
  await page.goto(`${base}/`);
  await loaded(page);
  await heading(page, '工作台');
  await page.evaluate(() => document.querySelector('main').append(document.createElement('img')));
  assert.match((await findings(page)).join('\n'), /image-alt/);
});

test('who signs out leaves no words of readers in the browser', async () => {
  const { page, context } = seat;
  await page.goto(`${base}/consult?state=all`);
  await loaded(page);
  await page.locator('.list li a').first().click();
  await page.getByRole('textbox', { name: /^(回复|备注|内部备注)/ }).first().fill('没有写完的话');
  const kept = () => page.evaluate(() => Object.values(localStorage).some((value) => value.includes('没有写完的话')));
  await page.waitForTimeout(500);
  assert.ok(await kept(), 'a draft outlives a reload');
  await page.getByRole('button', { name: /^账号/ }).click();
  await page.getByRole('button', { name: '退出' }).click();
  await page.getByRole('heading', { level: 1, name: '登录' }).waitFor();
  assert.ok(!(await kept()));
  await context.close();
});
