// The house as its editor keeps it: hours, a holiday, notices and the guide, on the readers' site and in the chat at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { phone, site } from '../../hall.mjs';
import { follower, loaded, open, seated, sound } from '../../staff.mjs';

/** What no other run has written, so that a demo may be tested again. */
const stamp = Date.now().toString(36).toUpperCase();
const address = `临溪县文昌路 ${stamp} 号`;
const note = `国庆前后请先来电（${stamp}）。`;
const notice = `阅览室新添座位（${stamp}）。`;
const hostile = `<script>alert("${stamp}")</script><img src=x onerror=alert(1)>`;

/** Today in Shanghai, and the day some days later. */
function day(later = 0) {
  const now = new Date(Date.now() + later * 86_400_000);
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(now);
}

let running;
let page;
let complaints;
let readers;

before(async () => {
  ({ running, page, complaints } = await seated('editor'));
  readers = await (await phone(running)).newPage();
});
after(() => running.close());

async function saved(button, words) {
  const kept = page.waitForResponse((one) => one.url().endsWith('/api/v1/house') && one.request().method() === 'PUT');
  await page.getByRole('button', { name: button, exact: true }).click();
  assert.equal((await kept).status(), 204);
  await page.getByText(words).first().waitFor();
  await loaded(page);
}

/** A page of the readers' site as text. */
async function told(path) {
  await readers.goto(`${site}${path}`);
  return readers.locator('body').innerText();
}

/** Brings back the version before the newest, or the oldest: what the settings say. */
async function takeBack(part, which = 'first') {
  await page.getByRole('button', { name: `${part}的历次修改`, exact: true }).click();
  await page.getByRole('button', { name: /^恢复成 .* 这一版$/ })[which]().click();
  await page.getByRole('button', { name: '恢复成这一版', exact: true }).last().click();
  await page.getByText(`已恢复${part}`).waitFor();
  await page.locator('.el-drawer').waitFor({ state: 'detached' });
  await loaded(page);
}

test('an address that is saved stands on the site at once, and is taken back', async () => {
  const before = await told('/guide');
  await open(page, '/house/profile', '基本信息');
  await page.getByLabel('地址', { exact: true }).fill(address);
  assert.ok((await page.getByRole('region', { name: '读者看到的' }).innerText()).includes(address), 'the preview');
  await saved('保存基本信息', '已保存基本信息');
  assert.ok((await told('/guide')).includes(address));
  assert.ok((await told('/search?q=x')).includes(address), 'the foot of every page');
  await takeBack('基本信息');
  assert.equal(await told('/guide'), before);
  await sound(page, '基本信息');
});

test('hours that are saved are said on the site and in the chat, and a holiday closes the house', async () => {
  const reader = await follower(`问时间的${stamp}`);
  await open(page, '/house/hours', '开放时间与日历');
  await page.getByLabel('补充说明', { exact: true }).fill(note);
  await saved('保存开放时间', '已保存开放时间');
  assert.ok((await told('/')).includes(note), 'the foot of the page');
  await reader.say('开放时间');
  await reader.hears(note);

  await page.getByRole('button', { name: '加一天闭馆' }).click();
  await page.getByLabel('特殊日期', { exact: true }).fill(day());
  await page.getByLabel(`${day()}的原因`).fill(`停电${stamp}`);
  await saved('保存开放时间', '已保存开放时间');
  assert.match(await told('/'), new RegExp(`今天的开放时间\\s+闭馆（停电${stamp}）`));
  assert.match(await page.locator('td.today').innerText(), new RegExp(`闭馆[\\s\\S]*本馆闭馆：停电${stamp}`));
  await reader.say('开放时间');
  await reader.hears(`闭馆（停电${stamp}）`);
  await takeBack('开放时间');
  const again = await told('/');
  assert.ok(!again.includes(`停电${stamp}`) && again.includes(note), 'the version before the closure');
  await takeBack('开放时间', 'last');
  assert.ok(!(await told('/')).includes(note), 'what the settings say');
});

test('a list of holidays is read line by line, and what it says closes the house', async () => {
  await open(page, '/house/hours', '开放时间与日历');
  const year = Number(day(1).slice(0, 4));
  const holiday = day(1).endsWith('01-01') ? day(2) : day(1);
  await page.getByRole('combobox', { name: '年份' }).press('Enter');
  await page.getByRole('option', { name: new RegExp(`^${year} 年`) }).click();
  await page.getByRole('button', { name: `粘贴或导入 ${year} 年的名单` }).click();
  const dialog = page.getByRole('dialog', { name: `${year} 年的节假日名单` });
  await dialog.getByLabel('名单', { exact: true }).fill(`${holiday},休,馆庆${stamp}\n10月3日,休,国庆节`);
  await dialog.getByRole('button', { name: '读一读' }).click();
  await dialog.getByText('第 2 行“10月3日,休,国庆节”').waitFor();
  await dialog.getByRole('button', { name: '填入表里（1 天）' }).click();
  await dialog.waitFor({ state: 'detached' });
  await saved('保存节假日安排', '已保存节假日安排');
  await sound(page, '开放时间与日历');
  assert.match(await told('/guide'), new RegExp(`闭馆（馆庆${stamp}）`));
  await takeBack('节假日安排');
  assert.ok(!(await told('/guide')).includes(`馆庆${stamp}`));
});

test('a notice comes and goes', async () => {
  await open(page, '/house/notices', '公告');
  await page.getByRole('button', { name: '写一条公告' }).click();
  await page.getByLabel('第 1 条公告', { exact: true }).fill(notice);
  await saved('保存公告', '已保存公告');
  assert.ok((await told('/')).includes(notice));
  await sound(page, '公告');
  await page.getByRole('button', { name: '撤下第 1 条' }).click();
  await page.getByRole('button', { name: '撤下公告', exact: true }).click();
  await page.getByText('已撤下公告。').waitFor();
  assert.ok(!(await told('/')).includes(notice));
});

test('a hostile text in the guide is shown as text, and the shipped one comes back', async () => {
  await open(page, '/house/texts', '办事指南与网站文字');
  await page.getByRole('button', { name: '修改“谁可以查”' }).click();
  const drawer = page.getByRole('dialog', { name: '谁可以查' });
  await drawer.getByLabel('文字', { exact: true }).fill(`**${stamp}**\n${hostile}\n[x](javascript:alert(1))`);
  await drawer.getByRole('region', { name: '读者看到的' }).getByText(hostile).waitFor();
  assert.equal(await drawer.locator('.paper script, .paper img, .paper a').count(), 0, 'the preview');
  await drawer.getByRole('button', { name: '保存“谁可以查”' }).click();
  await page.getByText('已保存“谁可以查”').waitFor();
  assert.ok((await told('/guide')).includes(hostile));
  const section = readers.locator('section', { has: readers.getByRole('heading', { name: '谁可以查' }) });
  assert.equal(await section.locator('script, img, a').count(), 0, 'the guide');
  assert.equal(await section.locator('b').innerText(), stamp);

  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '修改“谁可以查”' }).click();
  await drawer.getByRole('button', { name: '恢复默认', exact: true }).click();
  await page.getByRole('dialog', { name: '恢复默认“谁可以查”？' }).getByRole('button', { name: '恢复默认', exact: true }).click();
  await page.getByText('已恢复“谁可以查”的默认写法。').waitFor();
  assert.ok((await told('/guide')).includes('单位和个人持合法证明'));
  assert.deepEqual(complaints, []);
});
