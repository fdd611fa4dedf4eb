// The whole way: a person follows the account on the emulated phone, asks, and ends at a fonds of the archives.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account, browser, phone, sandbox, site, someIds } from '../../hall.mjs';

let running;
before(async () => { running = await browser(); });
after(() => running.close());

/** JSON of the sandbox. */
async function ask(path, body) {
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(sandbox + path, options)).json();
}

async function handset(openid = '') {
  const context = await running.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  await page.goto(`${sandbox}/#/${account}${openid && '/' + openid}`);
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

test('what is pushed is read on the phone, liked and commented', async () => {
  const { app_id: id, app_secret: secret } = (await ask('/_sandbox/accounts')).find((one) => one.name === account);
  const token = (await ask(`/cgi-bin/token?grant_type=client_credential&appid=${id}&secret=${secret}`)).access_token;
  const openids = [];
  for (const nickname of ['陈读', '林看']) openids.push((await ask(`/_sandbox/${account}/followers`, { nickname })).openid);
  const form = new FormData();
  form.append('media', new Blob([new Uint8Array(64)], { type: 'image/png' }), 'a.png');
  const cover = await (await fetch(`${sandbox}/cgi-bin/material/add_material?type=image&access_token=${token}`, { method: 'POST', body: form })).json();
  const article = (title) => ({
    title, content: '<p>一页<b>档案</b></p><img src="https://elsewhere.example/a.jpg">', thumb_media_id: cover.media_id, need_open_comment: 1,
  });
  const draft = await ask(`/cgi-bin/draft/add?access_token=${token}`, { articles: [article('馆藏选刊'), article('开放安排')] });
  const sent = await ask(`/cgi-bin/message/mass/send?access_token=${token}`,
    { touser: openids, msgtype: 'mpnews', mpnews: { media_id: draft.media_id }, clientmsgid: 'e2e-' + openids[0].slice(0, 20) });
  assert.equal(sent.errcode, 0, sent.errmsg);
  await ask('/_sandbox/clock', { advance_seconds: 3 });

  const page = await handset(openids[0]);
  await page.getByRole('button', { name: '打开：开放安排' }).click();
  const web = page.frameLocator('#web-frame');
  await web.getByRole('heading', { level: 1, name: '开放安排' }).waitFor();
  assert.equal(await web.locator('.content img').count(), 0, 'a picture from elsewhere is dropped');
  await web.getByRole('button', { name: '赞' }).click();
  await web.getByRole('button', { name: '赞 1' }).waitFor();
  await web.getByLabel('写留言').fill('祖父的名字也在里面');
  await web.getByRole('button', { name: '发表' }).click();
  await web.getByText('祖父的名字也在里面').waitFor();
  const [told] = (await ask(`/_sandbox/${account}/articles`)).filter((one) => one.msg_data_id === sent.msg_data_id && one.index === 2);
  assert.deepEqual([told.read, told.liked, told.comments], [1, 1, 1]);
  await page.getByRole('button', { name: '关闭网页' }).click();
  await page.getByRole('tab', { name: '群发' }).click();
  await page.locator('#panel-body').getByText('馆藏选刊').first().waitFor();
  await page.context().close();
});
