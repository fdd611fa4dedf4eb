// The official account at the console: its connection is checked, its menu reaches the phone, its codes count who scans them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, sandbox } from '../../hall.mjs';
import { base, entry, follower, seated, sound } from '../../staff.mjs';

/** Words that no other run has used, so that a demo may be tested again. */
const stamp = Date.now().toString(36).slice(-5);

let running;
let page;
let complaints;
before(async () => { ({ running, page, complaints } = await seated('editor')); });
after(() => running.close());

/** Asks until what is told fits; ten seconds at most. */
async function until(ask, fits, what) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const told = await ask();
    if (fits(told)) return told;
    assert.ok(Date.now() < deadline, `${what}: ${JSON.stringify(told)}`);
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
}

async function open(name) {
  await entry(page, name).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

async function agree(act) {
  await page.getByRole('dialog').getByRole('button', { name: act, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

const button = (n) => page.getByRole('group', { name: `第 ${n} 个按钮`, exact: true });

test('the check goes through its steps against the sandbox', async () => {
  await (await follower('检查')).say('开放时间');
  await open('公众号连接');
  await sound(page, '公众号连接');
  const card = page.getByRole('region', { name: account, exact: true });
  assert.match(await card.innerText(), new RegExp(`/wechat/${account}\\s`), 'the address to be copied');
  await card.getByRole('button', { name: `检查连接 ${account}` }).click();
  await card.getByText(/^检查完了/).waitFor();
  const steps = card.getByRole('list', { name: `${account} 的检查结果` }).locator(':scope > li');
  assert.equal(await steps.count(), 6);
  assert.match(await steps.nth(0).innerText(), /访问令牌[\s\S]*正常[\s\S]*微信认得/);
  assert.match(await steps.nth(1).innerText(), /收到过微信的回调/);
  assert.match(await steps.nth(2).innerText(), /安全模式/);
  assert.match(await steps.nth(3).innerText(), /自定义菜单/);
  assert.match(await steps.nth(5).innerText(), /看不出微信能不能打开/);
  await sound(page, '公众号连接');
});

test('a menu is drafted, told what is wrong, and published to the phone', async () => {
  await open('自定义菜单');
  await button(1).waitFor();
  await sound(page, '自定义菜单');
  const name = page.getByLabel('第 1 个按钮的名字', { exact: true });
  const before = await name.inputValue();
  await name.fill('这个名字实在太长了');
  await page.getByText(/名字太长：最多约 5 个汉字/).waitFor();
  assert.ok(await page.getByRole('button', { name: '发布菜单' }).isDisabled(), 'what WeChat refuses is not published');
  await name.fill(`查${stamp}`);
  await page.getByText(/名字太长/).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '保存草稿' }).click();
  await page.getByText(/^! ?草稿，editor/).waitFor();
  await page.getByRole('button', { name: '发布菜单' }).click();
  await agree('发布菜单');
  await page.getByRole('status').filter({ hasText: '已发布' }).waitFor();
  await sound(page, '自定义菜单');

  const phone = await running.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' });
  phone.setDefaultTimeout(10_000);
  const shown = await phone.newPage();
  await shown.goto(`${sandbox}/#/${account}`);
  const follow = shown.getByRole('button', { name: '关注公众号' });
  await follow.or(shown.locator('#chat .row').first()).first().waitFor();
  if (await follow.isVisible()) await follow.click();
  const dock = shown.locator('#menu');
  const toMenu = shown.getByRole('button', { name: '切换到菜单' });
  await toMenu.or(dock).first().waitFor();
  if (await toMenu.isVisible()) await toMenu.click();
  await dock.getByText(`查${stamp}`, { exact: true }).waitFor();
  await phone.close();

  await name.fill(before);
  await page.getByRole('button', { name: '发布菜单' }).click();
  await agree('发布菜单');
  const versions = page.getByRole('region', { name: '发布过的菜单' });
  await versions.getByRole('row').filter({ hasText: before }).first().waitFor();
});

test('an earlier menu comes back as a draft, and the draft is given up', async () => {
  const versions = page.getByRole('region', { name: '发布过的菜单' });
  const earlier = versions.getByRole('row').filter({ hasText: `查${stamp}` }).first();
  await page.getByRole('status').filter({ hasText: '已发布' }).waitFor();
  await earlier.getByRole('button', { name: /^恢复/ }).click();
  await agree('恢复菜单');
  await page.getByRole('button', { name: '放弃草稿，回到已发布的' }).waitFor();
  const name = page.getByLabel('第 1 个按钮的名字', { exact: true });
  await until(() => name.inputValue(), (value) => value === `查${stamp}`, 'the editor shows the earlier menu');
  await page.getByRole('button', { name: '放弃草稿，回到已发布的' }).click();
  await agree('放弃草稿');
  await page.getByRole('button', { name: '放弃草稿，回到已发布的' }).waitFor({ state: 'detached' });
  assert.notEqual(await name.inputValue(), `查${stamp}`);
});

test('the menu is kept with the keyboard alone', async () => {
  const [first, second] = [1, 2].map((n) => page.getByLabel(`第 ${n} 个按钮的名字`, { exact: true }));
  const [one, two] = [await first.inputValue(), await second.inputValue()];
  await page.getByRole('button', { name: '把第 1 个按钮移到后面', exact: true }).focus();
  await page.keyboard.press('Enter');
  assert.deepEqual([await first.inputValue(), await second.inputValue()], [two, one]);
  await page.getByRole('button', { name: '把第 2 个按钮移到前面', exact: true }).press('Enter');
  assert.deepEqual([await first.inputValue(), await second.inputValue()], [one, two]);
});

test('a code is made, and who scans it is counted', async () => {
  await open('二维码');
  await sound(page, '二维码');
  const scene = `DESK-${stamp}`;
  const title = `服务台 ${stamp}`;
  await page.getByRole('button', { name: '做一个二维码' }).first().click();
  await page.getByLabel('名称', { exact: true }).fill(title);
  await page.getByLabel('场景值', { exact: true }).fill(scene);
  await page.getByRole('button', { name: '做二维码', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: title, exact: true }).waitFor();
  await sound(page, '二维码');

  const scanned = (body, path = '') => fetch(`${sandbox}/_sandbox/${account}/followers${path}`, {
    method: 'POST',
    headers: { origin: sandbox, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).then((response) => { assert.ok(response.ok, `${path}: ${response.status}`); return response.json(); });
  const { openid } = await scanned({ nickname: '扫码', follow: true, scene });
  await scanned({ type: 'scan', content: scene }, `/${openid}/messages`);

  await page.getByRole('link', { name: title, exact: true }).click();
  const facts = page.getByRole('region', { name: '情况' });
  await facts.waitFor();
  const told = async () => { await page.reload(); await facts.waitFor(); return facts.innerText(); };
  await until(told, (text) => /近 30 天\s+扫码 2 次，新关注 1 人/.test(text), 'two scans, one follow');
  await sound(page, title);

  for (const [kind, begins] of [['PNG', '\u0089PNG'], ['SVG', '<svg ']]) {
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: `下载 ${kind}` }).click()]);
    assert.equal(saved.suggestedFilename(), `二维码-${title}.${kind.toLowerCase()}`);
    const chunks = [];
    for await (const chunk of await saved.createReadStream()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    assert.equal(bytes.subarray(0, begins.length).toString('latin1'), begins);
    if (kind === 'PNG') assert.ok(bytes.readUInt32BE(16) >= 1240, 'wide enough for print');
    else assert.ok(bytes.toString('utf8').includes(title), 'the name stands below');
  }

  await page.getByRole('button', { name: '停用二维码' }).click();
  await agree('停用二维码');
  await page.getByRole('button', { name: '恢复二维码' }).waitFor();
  await page.getByRole('link', { name: '‹ 二维码' }).click();
  await page.getByRole('heading', { level: 1, name: '二维码', exact: true }).waitFor();
  await page.getByText(/^在用 \d+ 个/).waitFor();
  assert.equal(await page.getByRole('link', { name: title, exact: true }).count(), 0);
  await page.getByRole('button', { name: '已停用的' }).click();
  await page.getByRole('link', { name: title, exact: true }).waitFor();
});

test('an account without the right is told why, and the pages fit a narrow window', async () => {
  await page.goto(`${base}/official-accounts/codes?account=demo-sub`);
  await page.getByText(/订阅号没有这项权限/).waitFor();
  await sound(page, '二维码');
  await page.setViewportSize({ width: 768, height: 900 });
  for (const [path, name] of [['', '公众号连接'], ['/menu', '自定义菜单'], ['/codes', '二维码']]) {
    await page.goto(`${base}/official-accounts${path}`);
    await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    await sound(page, name);
  }
  assert.deepEqual(complaints, []);
});
