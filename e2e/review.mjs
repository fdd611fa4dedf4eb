// The way of records through the opening review, at the console.
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { bringIn, csv, tryOut, upload } from './catalogue.mjs';
import { base, desk, enter, enterAs, loaded } from './staff.mjs';

/** Records of 1975 that nobody has reviewed, in a fonds of their own: they are due. */
export async function bringDue(page, { fonds, titles }) {
  const rows = titles.map((title, n) => (
    [`${fonds}-WS·1975·Y-${String(n + 1).padStart(4, '0')}`, title, '19750000', '临溪县水利局', '永久', '未审核']
  ));
  await upload(page, `${fonds}.csv`, csv(rows));
  await tryOut(page);
  await bringIn(page);
  return rows.map(([code]) => code);
}

/** From the due list to the new batch; its address. `records` are how many it should have. */
export async function draft(page, fonds, records = '') {
  await page.goto(`${base}/review`);
  await loaded(page);
  await page.getByRole('link', { name: `列入批次 ${fonds}`, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: '新建审核批次' }).waitFor();
  await page.getByRole('button', { name: '建批次', exact: true }).click();
  await page.getByText(new RegExp(`列入 ${records || '\\d+'} 条。`)).waitFor();
  await page.getByRole('button', { name: '去初审' }).click();
  await page.getByRole('heading', { level: 2, name: '下一步：初审' }).waitFor();
  await loaded(page);
  return page.url();
}

/** At a batch: that it stands at a step. */
export async function stands(page, step) {
  await page.getByRole('heading', { level: 2, name: `下一步：${step}`, exact: true }).waitFor();
  await loaded(page);
}

/** Ticks a box or a button by its label: the input itself is out of sight. */
export async function tick(scope, name) {
  await scope.locator('label').filter({ hasText: name }).first().click();
}

/** Chooses an option of a list. */
export async function pick(page, scope, label, option) {
  const list = scope.locator('.el-select__wrapper').filter({ has: page.getByRole('combobox', { name: label, exact: true }) });
  await list.click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Answers the dialog of an opinion. */
async function answer(page, { verdict, reason, reviewOn, text }, act = '记下意见') {
  const dialog = page.getByRole('dialog');
  await tick(dialog, new RegExp(`^${verdict}$`));
  if (reason) await pick(page, dialog, '理由', reason);
  if (reviewOn) await dialog.getByLabel('下次审核日期').fill(reviewOn);
  if (text) await dialog.getByLabel('说明').fill(text);
  await dialog.getByRole('button', { name: act, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** An opinion about one record. */
export async function sayOf(page, code, said) {
  await page.getByRole('button', { name: `写意见 ${code}`, exact: true }).click();
  await answer(page, said);
}

/** An opinion about all that have none yet. */
export async function sayRest(page, said) {
  await page.getByRole('button', { name: /^给其余 \d+ 条写意见$/ }).click();
  await answer(page, said);
}

/** Answers a dialog that asks: the button of the act, and what belongs into its field. */
export async function confirm(page, act, text) {
  const dialog = page.getByRole('dialog');
  if (text) await dialog.getByRole('textbox').fill(text);
  await dialog.getByRole('button', { name: act, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Another archivist, made by the security administrator; signs in at a desk of their own. */
export async function colleague(running, name) {
  const office = await desk(running);
  await enter(office.page, 'security-administrator');
  await office.page.goto(`${base}/staff`);
  await loaded(office.page);
  await office.page.getByRole('button', { name: '新建账号' }).first().click();
  const dialog = office.page.getByRole('dialog', { name: '新建账号' });
  await dialog.getByLabel('账号名').fill(name);
  await tick(dialog, /^档案员/);
  await dialog.getByRole('button', { name: '新建账号' }).click();
  const password = (await office.page.locator('output').innerText()).trim();
  assert.ok(password.length > 8, 'a first password');
  await office.context.close();
  const theirs = await desk(running);
  await enterAs(theirs.page, { user: name, password });
  return theirs;
}

function chunk(type, body) {
  const head = Buffer.from(type, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  let crc = 0xffffffff;
  for (const byte of Buffer.concat([head, body])) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([length, head, body, sum]);
}

/** A grey picture of a page as PNG; another shade is another file. */
export function png(width, height, shade = 200) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width, shade)]);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
