// What readers send in the chat: a picture from the phone, a voice and a film, at the inbox of those who answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from '../../axe.mjs';
import { account, browser, sandbox } from '../../hall.mjs';
import { base, desk, enter, follower, loaded, seated, sound } from '../../staff.mjs';

/** Five frames of silence, 48 kbit/s at 24 kHz: a sound that browsers play. */
const frame = Buffer.concat([Buffer.from([0xff, 0xf3, 0x64, 0xc4]), Buffer.alloc(140)]);
const mp3 = `data:audio/mpeg;base64,${Buffer.concat(Array(5).fill(frame)).toString('base64')}`;

let running;
let page;
let complaints;
let reader;
/** Where the picture is, once it is there. */
let picture;

before(async () => {
  ({ running, page, complaints } = await seated('archivist'));
  reader = await follower('寄照片的人');
});
after(() => running.close());

/** The reader's phone, as a person holds it. */
async function handset() {
  const context = await running.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' });
  context.setDefaultTimeout(10_000);
  const phone = await context.newPage();
  await phone.goto(`${sandbox}/#/${account}/${reader.openid}`);
  await phone.locator('#chat .row.theirs').first().waitFor();
  if (await phone.locator('#to-text').isVisible()) await phone.locator('#to-text').click();
  return phone;
}

async function openInbox() {
  await page.goto(`${base}/consult?state=all`);
  await loaded(page);
  await page.getByRole('link').filter({ hasText: `读者 ${reader.openid.slice(-4)}` }).first().click();
  await page.getByRole('log', { name: '对话' }).waitFor();
}

/** The last thing that the reader said. */
const last = () => page.getByRole('article').filter({ has: page.locator('.head', { hasText: '读者' }) }).last();

test('a picture from the phone is kept though nobody answers yet, and the reader is told how to reach people', async () => {
  const phone = await handset();
  await phone.getByRole('button', { name: '更多', exact: true }).click();
  await phone.getByRole('button', { name: '照片' }).click();
  await phone.getByRole('button', { name: '示例图片' }).click();
  await phone.locator('#chat img.picture').waitFor();
  await reader.hears('图片收到了');
  await reader.hears('人工');
  await phone.context().close();
  await page.goto(`${base}/consult?state=bot`);
  await loaded(page);
  await page.getByRole('link').filter({ hasText: `读者 ${reader.openid.slice(-4)}` }).filter({ hasText: '〔图片〕' }).waitFor();
});

test('a person sees it, opens it large and closes it with Esc', async () => {
  await reader.say('转人工');
  await openInbox();
  const thumbnail = page.getByRole('img', { name: /^读者发来的图片/ });
  await thumbnail.waitFor();
  await page.waitForFunction(() => document.querySelector('.picture img')?.naturalWidth === 240);
  picture = new URL(await thumbnail.getAttribute('src'), page.url()).href;
  await sound(page, '咨询收件箱');
  await page.getByRole('button', { name: /看大图/ }).press('Enter');
  const dialog = page.getByRole('dialog', { name: /^读者发来的图片/ });
  await dialog.getByRole('img', { name: /^读者发来的图片/ }).waitFor();
  assert.deepEqual(await findings(page), [], 'the large picture');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('the file is the picture itself, under a type of its own, and no cache keeps it', async () => {
  const answer = await page.request.get(picture);
  assert.equal(answer.status(), 200);
  const headers = answer.headers();
  assert.equal(headers['content-type'], 'image/png');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(headers['content-security-policy'], /sandbox/);
  assert.match(headers['content-disposition'], /filename\*=UTF-8''/);
  assert.deepEqual([...(await answer.body()).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
});

test('a voice plays where the browser can and is offered for download where it cannot', async () => {
  await reader.send({ type: 'voice', content: '', recognition: '这张照片是哪一年拍的' });
  await last().getByText('这张照片是哪一年拍的').waitFor();
  await last().getByText('微信识别的文字').waitFor();
  await last().getByText('浏览器放不了这种录音').waitFor();
  const link = last().getByRole('link', { name: '下载语音' });
  assert.match(await link.getAttribute('download'), /^读者语音-\d{8}-\d{4}\.amr$/);
  await reader.send({ type: 'voice', content: mp3 });
  await last().locator('audio').waitFor();
  await reader.send({ type: 'video', content: '' });
  await last().locator('video').waitFor();
  await sound(page, '咨询收件箱');
  await page.setViewportSize({ width: 768, height: 1024 });
  await sound(page, '咨询收件箱');
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.deepEqual(complaints, []);
});

test('who does not answer readers gets nothing, and each opening is in the log', async () => {
  const stranger = await running.newContext();
  assert.equal((await stranger.request.get(picture)).status(), 401);
  await stranger.close();
  const auditor = await desk(running);
  await enter(auditor.page, 'auditor');
  assert.equal((await auditor.page.request.get(picture)).status(), 403);
  await auditor.page.goto(`${base}/audit`);
  await loaded(auditor.page);
  await auditor.page.getByText('查看读者发来的文件').first().waitFor();
  await auditor.context.close();
});
