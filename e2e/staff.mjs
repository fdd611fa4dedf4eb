// Staff at the console, and readers who speak to them through the sandbox.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findings } from './axe.mjs';
import { account, browser, heading, sandbox, site } from './hall.mjs';

export const base = `${site}/console`;

const STEP = 30_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

async function signIn(user) {
  const addresses = process.env.LANTAI_E2E_ADDRESSES;
  if (!addresses) throw new Error('LANTAI_E2E_ADDRESSES is not set: sign-ins.json lies beside that file');
  const all = JSON.parse(await readFile(join(dirname(addresses), 'sign-ins.json'), 'utf8'));
  const found = all.find((one) => one.user === user);
  assert.ok(found, `sign-ins.json knows ${user}`);
  return found;
}

/** The moment of the house and of the sandbox, which tests may have moved on. */
export async function now() {
  const { offset_seconds: moved } = await (await fetch(`${sandbox}/_sandbox/clock`)).json();
  return Date.now() + moved * 1000;
}

/** The code of a secret in base32 at a time (RFC 6238, with the usual six digits and half minutes). */
export function code(secret, at = Date.now()) {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / STEP)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A desk: 1280 by 800 unless told otherwise. `complaints` gathers what the browser complains of, refusals of the policy among it. */
export async function desk(running, { width = 1280, height = 800 } = {}) {
  const context = await running.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints = [];
  // 401 answers who is in before anybody is, and a code that was used.
  const door = /\/api\/v1\/session(\/code)?$/;
  const expected = (message) => /status of 401/.test(message.text()) && door.test(message.location().url);
  page.on('console', (message) => { if (message.type() === 'error' && !expected(message)) complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { context, page, complaints };
}

/** Signs in as one of the demo's staff and ends at 工作台. */
export async function enter(page, user) {
  await enterAs(page, await signIn(user));
}

/** Signs in with what an account was given. */
export async function enterAs(page, { user, password, totp_secret: secret }) {
  await page.goto(`${base}/`);
  await page.getByLabel('账号', { exact: true }).fill(user);
  await page.getByLabel('口令', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录' }).click();
  if (secret) await giveCode(page, secret);
  await page.getByRole('heading', { level: 1, name: '工作台' }).waitFor();
}

/** A browser with a desk at which one of the demo's staff has signed in; whoever asks closes it (`running`). */
export async function seated(user) {
  const running = await browser();
  const seat = await desk(running);
  await enter(seat.page, user);
  return { running, ...seat };
}

async function giveCode(page, secret) {
  const at = await now();
  const used = Math.floor(at / STEP);
  const home = page.getByRole('heading', { level: 1, name: '工作台' });
  const refused = page.getByRole('alert');
  await page.getByLabel('动态码').fill(code(secret, at));
  await page.getByRole('button', { name: '继续登录' }).click();
  await home.or(refused).first().waitFor();
  if (await home.isVisible()) return;
  // A code counts once: who signed in within this half minute waits for the next.
  await page.waitForTimeout((used + 1) * STEP - await now() + 500);
  await page.getByLabel('动态码').fill(code(secret, await now()));
  await page.getByRole('button', { name: '继续登录' }).click();
}

/** Waits until a page shows what it loads. */
export async function loaded(page) {
  await page.locator('main h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('main [aria-busy="true"], main .el-loading-mask'));
}

/** A page is the one expected, has no barrier and fits its window. */
export async function sound(page, name) {
  // After a click the page before stands for a moment: the new one is awaited, and said to be missing by `heading`.
  await page.locator('main h1').filter({ hasText: name }).waitFor().catch(() => {});
  await loaded(page);
  await heading(page, name);
  assert.deepEqual(await findings(page), [], name);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(over, 0, `${name} scrolls sideways`);
}

/** Opens a page of the console by its address: it is the one expected, and sound. */
export async function open(page, path, name) {
  await page.goto(`${base}${path}`);
  await sound(page, name);
}

/** Asks the staff API as the page does. */
export function api(page, method, path, body) {
  return page.evaluate(async ([method, path, body]) => {
    const session = await (await fetch('/api/v1/session')).json();
    const headers = { 'content-type': 'application/json', 'x-form-token': session.form_token };
    const response = await fetch(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  }, [method, path, body]);
}

/** What the menu offers to whoever is signed in. */
export function menu(page) {
  return page.getByRole('navigation', { name: '主菜单' }).getByRole('link').allInnerTexts();
}

export function entry(page, name) {
  return page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name, exact: true });
}

async function told(path, body) {
  const headers = { origin: sandbox, 'content-type': 'application/json' };
  const response = await fetch(`${sandbox}/_sandbox/${account}/followers${path}`, {
    headers,
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

/** A new follower on the sandbox's phone. */
export async function follower(nickname) {
  const { openid } = await told('', { nickname, follow: true, scene: '' });
  const chat = async () => JSON.stringify(await told(`/${openid}/chat`));
  return {
    openid,
    /** All that the chat holds, as text. */
    chat,
    say: (content) => told(`/${openid}/messages`, { type: 'text', content }),
    /** Sends anything else: a picture, a voice. */
    send: (what) => told(`/${openid}/messages`, what),
    /** Does something with an article that came: reads it, or comments on it. */
    does: (article, what) => told(`/${openid}/articles/${article}`, what),
    /** Waits until the chat holds these words. */
    async hears(words, milliseconds = 10_000) {
      const deadline = Date.now() + milliseconds;
      while (!(await chat()).includes(words)) {
        assert.ok(Date.now() < deadline, `the reader hears ${words}: ${await chat()}`);
        await new Promise((resolve) => { setTimeout(resolve, 100); });
      }
    },
  };
}
