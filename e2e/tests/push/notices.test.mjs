// Notices: the templates come from WeChat, the keeper chooses one, a reader agrees on the phone, an answer that finds no
// window rings once, and the log tells it without a name. Who wants no pushes by list is on none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from '../../axe.mjs';
import { account, heading, phone as browserPhone, sandbox, site } from '../../hall.mjs';
import { api, follower, loaded, open, seated, sound } from '../../staff.mjs';

const nickname = `通知${Date.now().toString().slice(-5)}`;

let running;
let page;
let complaints;
let reader;

before(async () => {
  ({ running, page, complaints } = await seated('director'));
  reader = await follower(nickname);
});
after(async () => {
  await api(page, 'PUT', '/api/v1/push/notices/purposes/reply-waits', { account, template: null, fields: {} });
  await running.close();
});

const row = () => page.getByLabel('最近的通知').getByRole('row').nth(1);

async function phone(path) {
  const response = await fetch(`${sandbox}/_sandbox/${account}/followers/${reader.openid}${path}`);
  assert.ok(response.ok, path);
  return response.json();
}

/** Waits until the newest line of the log says this. */
async function logged(words) {
  await page.waitForFunction((words) => {
    const first = document.querySelector('[aria-label="最近的通知"] tbody tr');
    if (first?.textContent.includes(words)) return true;
    [...document.querySelectorAll('section[aria-labelledby="log"] button')].find((one) => one.textContent.trim() === '刷新')?.click();
    return false;
  }, words, { polling: 400 });
}

test('the templates are fetched and one is chosen, field by field', async () => {
  await open(page, '/push/notices', '通知模板');
  await page.getByRole('button', { name: '从微信取回模板' }).click();
  await page.getByText('从微信取回了').first().waitFor();
  const templates = page.getByLabel('公众号的模板');
  await templates.getByText('咨询事项、答复时间、温馨提示').waitFor();
  await page.getByRole('button', { name: '选模板', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '设置通知：您的咨询有了答复' });
  await dialog.getByRole('combobox', { name: '用哪个模板' }).press('Enter');
  await page.getByRole('option', { name: '咨询答复通知（订阅通知）' }).click();
  await dialog.getByRole('button', { name: '保存', exact: true }).click();
  await dialog.getByText('请选这个字段写什么。').first().waitFor();
  for (const [field, choice] of [['咨询事项', /^事项/], ['答复时间', /^时间/], ['温馨提示', /^提示/]]) {
    await dialog.getByRole('combobox', { name: `“${field}”写什么` }).press('Enter');
    await page.getByRole('option', { name: choice }).last().click();
  }
  await dialog.getByRole('button', { name: '保存', exact: true }).click();
  await page.getByText('从现在起按这个模板通知').first().waitFor();
  await loaded(page);
  await page.getByRole('figure', { name: '预览：咨询答复通知' }).getByText('您向工作人员的咨询').waitFor();
  await sound(page, '通知模板');
});

test('a reader agrees, and the answer that finds no window rings once', async () => {
  const { templates } = await phone('/notices');
  const { template_id: id } = templates.find((one) => one.way === 'once');
  await reader.send({ type: 'consent', content: { template_id: id, answer: 'accept' } });
  await reader.say('人工');
  await reader.say('婚姻档案怎么查');
  const { items } = await api(page, 'GET', '/api/v1/conversations?state=all&sort=-last&size=50');
  const mine = items.find((one) => one.last_text.includes('婚姻档案怎么查'));
  assert.ok(mine, 'the question waits');
  await api(page, 'PUT', `/api/v1/conversations/${mine.id}/assignee`, { name: 'director' });
  // A message opens a window for five answers, and the follow one for three: of ten at least two find none.
  for (let number = 1; number <= 10; number += 1) {
    const key = crypto.randomUUID().replaceAll('-', '').slice(0, 16);
    await api(page, 'POST', `/api/v1/conversations/${mine.id}/replies`, { key, text: `请带身份证来馆，第 ${number} 条。` });
  }
  await reader.hears('"type":"notice"');
  const cards = (await phone('/chat')).filter((line) => line.type === 'notice');
  assert.equal(cards.length, 1, 'several answers wait, one notice');
  assert.ok(cards[0].url.startsWith(`${site}/enter/${account}?to=`), cards[0].url);
  assert.ok(!JSON.stringify(cards).includes('身份证'), 'nothing of the answer');
});

test('the log tells what came of it and no name', async () => {
  await page.reload();
  await loaded(page);
  await logged('已送达');
  const text = await row().innerText();
  assert.ok(text.includes('您的咨询有了答复') && text.includes('咨询答复通知'), text);
  assert.ok(!text.includes(nickname) && !text.includes(reader.openid), text);
  await sound(page, '通知模板');
  assert.deepEqual(complaints, []);
});

test('who writes 退订 is led to the switch, and is left out of the next list', async () => {
  await reader.say('退订');
  await reader.hears('关闭或打开推送和通知');
  const [link] = JSON.stringify(await phone('/chat')).match(/http[^"\\]*\/enter\/[^"\\]*notices[^"\\]*/).map((one) => one.replaceAll('&amp;', '&'));
  const context = await browserPhone(running, { large: true });
  const hall = await context.newPage();
  await hall.goto(link);
  // The emulator asks whose phone this is.
  await hall.getByText(nickname).click();
  await hall.waitForURL(`${site}/notices`);
  await heading(hall, '推送和通知');
  await hall.getByRole('button', { name: '不再接收' }).click();
  await hall.getByRole('status').filter({ hasText: '以后只会收到发给全体读者的推文' }).waitFor();
  await hall.getByText('专门发给一部分读者的推文不会发给您').waitFor();
  assert.deepEqual(await findings(hall), []);
  // A list takes two.
  await follower(`${nickname}二`);
  await follower(`${nickname}三`);
  const everybody = () => api(page, 'POST', '/api/v1/push/plans/roll', { account });
  const without = await everybody();
  assert.deepEqual(without.left_out, [{ why: '关闭了按名单推送', people: 1, examples: [] }]);
  await hall.getByRole('button', { name: '重新打开' }).click();
  await hall.getByRole('status').filter({ hasText: '有适合您的推文会发给您' }).waitFor();
  const { people, left_out: leftOut } = await everybody();
  assert.deepEqual([people, leftOut], [without.people + 1, []]);
  await context.close();
});
