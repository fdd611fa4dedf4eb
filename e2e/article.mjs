// Articles for tests and pictures, written by the interface as the editor's page would.
import assert from 'node:assert/strict';
import { api } from './staff.mjs';

/** A cover of the library: its address in articles. */
export async function cover(page, words) {
  const id = await page.evaluate(async (name) => {
    const canvas = new OffscreenCanvas(900, 383);
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#8C2F24';
    pen.fillRect(0, 0, 900, 383);
    pen.fillStyle = '#F7F4EC';
    pen.font = '64px serif';
    pen.fillText(name, 60, 215);
    const { form_token: proof } = await (await fetch('/api/v1/session')).json();
    const headers = { 'x-form-token': proof, 'x-file-name': encodeURIComponent(`${name}.png`), 'content-type': 'application/octet-stream' };
    const answer = await fetch('/api/v1/push/materials', { method: 'POST', headers, body: await canvas.convertToBlob({ type: 'image/png' }) });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()).id;
  }, words);
  return `material/${id}`;
}

/** A recording of the library, two seconds of a tone, as an article holds it. */
export async function recording(page, title) {
  const id = await page.evaluate(async (name) => {
    const [rate, seconds] = [8000, 2];
    const view = new DataView(new ArrayBuffer(44 + rate * seconds));
    const words = (at, text) => [...text].forEach((sign, n) => view.setUint8(at + n, sign.charCodeAt(0)));
    words(0, 'RIFF');
    view.setUint32(4, 36 + rate * seconds, true);
    words(8, 'WAVEfmt ');
    [[16, 16], [24, rate], [28, rate], [40, rate * seconds]].forEach(([at, value]) => view.setUint32(at, value, true));
    [[20, 1], [22, 1], [32, 1], [34, 8]].forEach(([at, value]) => view.setUint16(at, value, true));
    words(36, 'data');
    // Another pitch for each name, so that it is another file.
    const pitch = 200 + ([...name].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 400);
    for (let n = 0; n < rate * seconds; n += 1) view.setUint8(44 + n, 128 + Math.round(60 * Math.sin((n * pitch * 2 * Math.PI) / rate)));
    const { form_token: proof } = await (await fetch('/api/v1/session')).json();
    const headers = { 'x-form-token': proof, 'x-file-name': encodeURIComponent(`${name}.wav`), 'content-type': 'application/octet-stream' };
    const answer = await fetch('/api/v1/push/materials', { method: 'POST', headers, body: view.buffer });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()).id;
  }, title);
  const { articles_page } = await api(page, 'GET', '/api/v1/push/look');
  return { kind: 'audio', address: `material/${id}`, title, seconds: 2, transcript: '船工的号子：嗨哟，嗨哟。', page: articles_page, picture: null };
}

/** An open record as an article quotes it. */
export async function quotation(page, words) {
  const { items } = await api(page, 'GET', `/api/v1/push/records?q=${encodeURIComponent(words)}`);
  assert.ok(items.length > 0, `an open record about ${words}`);
  return { kind: 'record', ...items[0].quotation };
}

/** A draft of one article: its id. `original` is the page behind 阅读原文. */
export async function written(page, { title, digest = '', blocks, picture, original = '' }) {
  const { id } = await api(page, 'POST', '/api/v1/push/drafts', { account: 'demo', kind: 'articles' });
  const { body, saves } = await api(page, 'GET', `/api/v1/push/drafts/${id}`);
  const [part] = body.articles;
  body.articles = [{ ...part, cover: picture, original, article: { ...part.article, title, digest, author: '临溪县档案馆', blocks } }];
  await api(page, 'PUT', `/api/v1/push/drafts/${id}`, { account: 'demo', body, began_from: saves });
  return id;
}

/** Submits a draft as its author, and approves it as somebody else. */
export async function approved(author, other, id) {
  const path = `/api/v1/push/drafts/${id}`;
  const { saves } = await api(author, 'GET', path);
  await api(author, 'POST', `${path}/submit`, { began_from: saves });
  const { draft, digest } = await api(other, 'GET', path);
  await api(other, 'POST', `${path}/approve`, { version: draft.version, digest });
  return digest;
}
