// Consultation given out in turn, and the secrets of the official account, at the console and in the sandbox.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { account, browser, sandbox } from '../../hall.mjs';
import { api, follower, open, seated, sound } from '../../staff.mjs';

/** Words that no other run has used, so that a demo may be tested again. */
const stamp = Date.now().toString(36).slice(-5);

let running;
let page;
let complaints;

before(async () => { ({ running, page, complaints } = await seated('editor')); });
after(() => running.close());

/** The house is open all day today: what is given out in turn is given in opening hours. Answers the hours of before. */
async function openToday() {
  const { hours, versions } = await api(page, 'GET', '/api/v1/house');
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  const opening = { day: today, periods: ['00:00-24:00'], reason: '整天开放' };
  const content = { ...hours, closed: [], open: [...hours.open.filter((one) => one.day !== today), opening] };
  await api(page, 'PUT', '/api/v1/house', { part: { part: 'hours', content }, version: version(versions) });
  return hours;
}

function version(versions) {
  return versions.find((one) => one.part === 'hours')?.version ?? 0;
}

async function password(user) {
  const all = JSON.parse(await readFile(join(dirname(process.env.LANTAI_E2E_ADDRESSES), 'sign-ins.json'), 'utf8'));
  return all.find((one) => one.user === user).password;
}

/** Changes the account in WeChat's console. */
async function operate(change) {
  const headers = { origin: sandbox, 'content-type': 'application/json' };
  const body = JSON.stringify({ name: account, ...change });
  const response = await fetch(`${sandbox}/_sandbox/accounts`, { method: 'POST', headers, body });
  assert.ok(response.ok, `${response.status}`);
  return response.json();
}

test('who asks for a person is given to whoever is on duty', async () => {
  const hours = await openToday();
  try {
    await open(page, '/consult/handling', '办理规则');
    const turns = page.getByRole('switch', { name: '轮流分派' });
    if (!(await turns.isChecked())) await page.locator('.el-switch').first().click();
    await page.getByLabel('多少分钟还没有答复就升级').fill('20');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('要比上面的分钟数大。').waitFor();
    await page.getByLabel('多少分钟还没有答复就升级').fill('90');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('办理规则已保存，马上生效。').waitFor();

    await open(page, '/consult', '咨询收件箱');
    await page.getByRole('button', { name: '我来在岗' }).click();
    await page.getByText(/^我在岗，到今天结束为止/).waitFor();
    const reader = await follower(`轮流${stamp}`);
    await reader.say('转人工');
    await reader.hears('已为您转给工作人员');
    await reader.say(`想问族谱 ${stamp}`);
    await page.getByRole('button', { name: /^我在办/ }).click();
    const mine = page.getByRole('link', { name: new RegExp(`想问族谱 ${stamp}`) });
    await mine.waitFor();
    assert.match(await mine.innerText(), /2 条未读/, 'with the unread badge');
    await mine.click();
    await page.getByText('分派给 editor').waitFor();
    await sound(page, '咨询收件箱');

    await page.getByRole('button', { name: '离岗' }).click();
    await page.getByText(/已离岗。手上的 \d+ 个咨询仍由您办理/).waitFor();
    const later = await follower(`等候${stamp}`);
    await later.say('转人工');
    await later.say(`想查地契 ${stamp}`);
    await page.getByRole('button', { name: /^待接手/ }).click();
    await page.getByRole('link', { name: new RegExp(`想查地契 ${stamp}`) }).waitFor();
  } finally {
    await api(page, 'PUT', '/api/v1/consultation/handling', { in_turn: false, answer_minutes: 30, escalate_minutes: 60 });
    const { versions } = await api(page, 'GET', '/api/v1/house');
    await api(page, 'PUT', '/api/v1/house', { part: { part: 'hours', content: hours }, version: version(versions) });
  }
  assert.deepEqual(complaints, [], 'what the browser complains of');
});

test('a wrong AppSecret is refused in words, and the right one is taken without a restart', async () => {
  const known = await (await fetch(`${sandbox}/_sandbox/accounts`, { headers: { origin: sandbox } })).json();
  const before = known.find((one) => one.name === account).app_secret;
  const fresh = `${stamp}${'0'.repeat(32 - stamp.length)}`;
  const own = await password('editor');
  await open(page, '/official-accounts', '公众号连接');
  const card = page.getByRole('region', { name: `${account} 的密钥` });
  await card.getByRole('button', { name: `更换 AppSecret（${account}）` }).click();
  const dialog = page.getByRole('dialog');
  const act = dialog.getByRole('button', { name: '核对并更换' });
  await act.click();
  await dialog.getByText('请填写新的 AppSecret。').waitFor();
  await dialog.getByLabel('新的 AppSecret').fill('f'.repeat(32));
  await dialog.getByLabel('您自己的口令').fill('不是这个口令');
  await act.click();
  await dialog.getByText(/口令不对/).waitFor();
  await dialog.getByLabel('您自己的口令').fill(own);
  await act.click();
  await dialog.getByText(/微信说这个 AppSecret 不对.*没有更换/).waitFor();

  await operate({ app_secret: fresh });
  await dialog.getByLabel('新的 AppSecret').fill(fresh);
  await act.click();
  await dialog.waitFor({ state: 'detached' });
  await card.getByText(/已设置，\d{4}-\d\d-\d\d 更换（editor）/).waitFor();
  assert.ok(!(await page.content()).includes(fresh), 'it is not shown');
  await page.getByRole('button', { name: `检查连接 ${account}`, exact: true }).click();
  await page.getByText(/微信认得这个 AppID 和 AppSecret/).waitFor();
  await sound(page, '公众号连接');

  await operate({ app_secret: before });
  await card.getByRole('button', { name: `回到设置文件里的 AppSecret（${account}）` }).click();
  await dialog.getByLabel('您自己的口令').fill(own);
  await dialog.getByRole('button', { name: '改用设置文件里的' }).click();
  await dialog.waitFor({ state: 'detached' });
  await card.getByText('已设置，用设置文件里的').first().waitFor();
  // What was refused above is told by the browser too.
  const told = complaints.filter((one) => !/status of (400|401)/.test(one));
  assert.deepEqual(told, [], 'what the browser complains of');
});

test('deliveries are answered while Token and EncodingAESKey are changed', async () => {
  const known = await (await fetch(`${sandbox}/_sandbox/accounts`, { headers: { origin: sandbox } })).json();
  const { token, encoding_aes_key: key } = known.find((one) => one.name === account);
  const fresh = { token: `fresh${stamp}`, encoding_aes_key: `${stamp}${'a'.repeat(43 - stamp.length)}` };
  const own = await password('editor');
  await open(page, '/official-accounts', '公众号连接');
  const card = page.getByRole('region', { name: `${account} 的密钥` });
  const dialog = page.getByRole('dialog');
  await card.getByRole('button', { name: `更换 Token 与 EncodingAESKey（${account}）` }).click();
  await dialog.getByLabel('新的 Token').fill(fresh.token);
  await dialog.getByLabel('新的 EncodingAESKey').fill(fresh.encoding_aes_key);
  await dialog.getByLabel('您自己的口令').fill(own);
  await dialog.getByRole('button', { name: '更换', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await card.getByText(/新旧都收/).waitFor();
  await (await follower(`旧${stamp}`)).hears('欢迎');
  await operate(fresh);
  await (await follower(`新${stamp}`)).hears('欢迎');
  await page.reload();
  await card.getByText(/新旧都收/).waitFor({ state: 'detached' });

  await card.getByRole('button', { name: `回到设置文件里的 Token 与 EncodingAESKey（${account}）` }).click();
  await dialog.getByLabel('您自己的口令').fill(own);
  await dialog.getByRole('button', { name: '改用设置文件里的' }).click();
  await dialog.waitFor({ state: 'detached' });
  await operate({ token, encoding_aes_key: key });
  await (await follower(`回${stamp}`)).hears('欢迎');
});
