// The browser and the addresses of the running demo. A missing address is a failure, never a skipped test.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

function address(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the demo and give its address`);
  return value.replace(/\/+$/, '');
}

export const site = address('LANTAI_E2E_SITE');
export const sandbox = address('LANTAI_E2E_SANDBOX');
export const account = address('LANTAI_E2E_SANDBOX_ACCOUNT');

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function browser() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: SWITCHES });
}

/** A phone: 390 by 844 points, touch, in large type and in the dark if asked, of a reader who put some records aside. */
export async function phone(running, { large = false, dark = false, script = true, list = [] } = {}) {
  const context = await running.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: script,
    locale: 'zh-CN',
  });
  context.setDefaultTimeout(10_000);
  if (large) await context.addCookies([{ name: 'lantai-large', value: '1', url: site }]);
  if (list.length > 0) await context.addCookies([{ name: 'lantai-list', value: list.join('.'), url: site }]);
  return context;
}

/** The page's one heading, asserted before anything else is said about the page. */
export async function heading(page, expected) {
  const headings = page.locator('h1');
  assert.equal(await headings.count(), 1, 'a page has exactly one h1');
  const text = (await headings.innerText()).trim();
  if (expected instanceof RegExp) assert.match(text, expected);
  else assert.equal(text, expected);
  return text;
}

const asked = (words) => `${site}/search?q=${encodeURIComponent(words)}`;

/** The address of the record that a document number finds first. */
export async function recordAddress(running) {
  const context = await phone(running);
  const page = await context.newPage();
  await page.goto(asked('粤府〔2023〕68号'));
  const href = await page.locator('.hits h2 a').first().getAttribute('href');
  await context.close();
  return new URL(href, site).href;
}

/** The pages every check walks through, each with the heading that shows it is the right one. */
export async function pages(running) {
  return [
    { name: 'home', url: `${site}/`, heading: '查档案' },
    { name: 'search', url: asked('通知'), heading: '“通知”的检索结果' },
    { name: 'zero hits', url: asked('䶮鿃龘'), heading: '没有找到“䶮鿃龘”' },
    { name: 'record', url: await recordAddress(running), heading: /广东省人民政府/ },
    { name: 'browse', url: `${site}/browse`, heading: '按全宗浏览' },
    { name: 'guide', url: `${site}/guide`, heading: '利用指南' },
    { name: 'articles', url: `${site}/articles`, heading: '往期推文' },
    { name: 'notices', url: `${site}/notices`, heading: '推送和通知' },
    { name: 'questions', url: `${site}/questions`, heading: '我的咨询' },
    ...(await listPages(running)),
  ];
}

/** The ids of twenty results. */
export async function someIds(running) {
  const context = await phone(running);
  const page = await context.newPage();
  await page.goto(asked('通知'));
  const ids = await page.locator('.hits > li').evaluateAll((hits) => hits.map((hit) => hit.id));
  await context.close();
  assert.equal(ids.length, 20);
  return ids;
}

/** The pages of a list of twenty results, by an address that shows it to anybody; and the reader's own list. */
async function listPages(running) {
  const ids = (await someIds(running)).map((id) => `id=${id}`);
  const of = (path) => `${site}/list${path}?${ids.join('&')}`;
  return [
    { name: 'list', url: of(''), heading: '转发的清单' },
    { name: 'citations', url: of('/citations'), heading: '引用格式' },
    { name: 'request', url: of('/request'), heading: /查阅申请单$/ },
    { name: 'own list', url: `${site}/list`, heading: '我的清单' },
  ];
}
