// The way of a catalogue file into the catalogue and out again, at the console.
import assert from 'node:assert/strict';
import { base, loaded } from './staff.mjs';

const HEADER = '档号,题名,日期,责任者,保管期限,开放标识';

export function csv(rows) {
  return [HEADER, ...rows.map((row) => row.join(','))].join('\n');
}

/** Uploads a file and ends at its columns. */
export async function upload(page, name, text) {
  await page.goto(`${base}/imports/new`);
  await page.getByLabel('目录文件').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByRole('button', { name: '上传文件' }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  await loaded(page);
}

export async function tryOut(page) {
  await page.getByRole('button', { name: '试导入', exact: true }).click();
  await page.getByRole('heading', { level: 2, name: '已试导入', exact: true }).waitFor();
}

async function confirm(page, act) {
  await page.getByRole('button', { name: act, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `${act}“` });
  await dialog.getByRole('button', { name: act, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

export async function bringIn(page) {
  await confirm(page, '正式导入');
  await page.getByRole('heading', { level: 2, name: '已完成', exact: true }).waitFor();
}

export async function openBatch(page) {
  await page.getByRole('link', { name: '看导入批次' }).click();
  await page.getByRole('heading', { level: 1, name: /^导入批次 \d+$/ }).waitFor();
  await loaded(page);
}

/** At a batch: rolls it back. */
export async function takeBack(page) {
  await confirm(page, '撤回整批');
  await page.getByText('已撤回：').waitFor();
}

/** The figures of an import or a batch by their labels. */
export async function figures(page) {
  const pairs = await page.locator('.figures > div').evaluateAll((all) => all.map((one) => (
    ['dt', 'dd'].map((part) => one.querySelector(part).textContent.trim())
  )));
  return Object.fromEntries(pairs.map(([label, text]) => [label, Number.parseInt(text, 10)]));
}

/** Asks the list of records for some words until so many links bear them: the index may be a moment behind. */
export async function find(page, words, expected) {
  await page.goto(`${base}/records`);
  await loaded(page);
  await page.getByLabel('题名、人名、档号、文号').fill(words);
  const links = page.getByRole('main').getByRole('link', { name: words });
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = page.waitForResponse((response) => response.url().endsWith('/records/find'));
    await page.getByRole('button', { name: '筛选' }).click();
    await answer;
    await loaded(page);
    if (await links.count() === expected) return;
    assert.ok(Date.now() < deadline, `${expected} records with ${words}, not ${await links.count()}`);
    await page.waitForTimeout(300);
  }
}
