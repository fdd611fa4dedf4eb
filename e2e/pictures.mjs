// Takes the pictures of docs/images from a running demo: node pictures.mjs FOLDER
import { account, browser, phone, recordAddress, sandbox, site } from './hall.mjs';

const folder = process.argv[2] ?? '../docs/images';
const running = await browser();

async function page(name, url, options = {}) {
  const context = await phone(running, options);
  const shown = await context.newPage();
  await shown.goto(url);
  await shown.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
}

async function chat(name) {
  const context = await running.newContext({ viewport: { width: 1280, height: 920 }, locale: 'zh-CN' });
  const shown = await context.newPage();
  await shown.goto(`${sandbox}/#/${account}`);
  const follow = shown.getByRole('button', { name: '关注公众号' });
  if (await follow.isVisible()) await follow.click();
  const answers = shown.locator('#chat .row.theirs .bubble, #chat .row.wide');
  await answers.first().waitFor();
  for (const words of ['请问几点开门？', '粤府〔2023〕68号']) {
    const before = await answers.count();
    if (await shown.locator('#to-text').isVisible()) await shown.locator('#to-text').click();
    await shown.getByLabel('输入消息').fill(words);
    await shown.getByLabel('输入消息').press('Enter');
    await answers.nth(before).waitFor();
  }
  // The follow and the two questions, as the panel tells them.
  await shown.locator('#panel-body details').nth(2).waitFor();
  await shown.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
}

const search = `${site}/search?q=${encodeURIComponent('水利 1988年')}`;
const record = await recordAddress(running);
await page('home', `${site}/`);
await page('search', search);
await page('record', record);
await page('large-type', search, { large: true });
await page('dark', record, { dark: true });
await page('guide', `${site}/guide`);
await page('browse', `${site}/browse`);
await page('nothing-found', `${site}/search?q=${encodeURIComponent('䶮鿃龘')}`);
await chat('phone');
await running.close();
