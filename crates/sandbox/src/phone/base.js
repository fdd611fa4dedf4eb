/* What the phone's and the panel's scripts share. ES2017, no dependencies. */
'use strict';

const $ = (id) => document.getElementById(id);

/** An element with attributes (a function becomes a listener) and children; text never becomes markup. */
function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const key of Object.keys(attributes || {})) {
    const value = attributes[key];
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  for (const child of children) {
    if (child !== null && child !== undefined) node.append(child);
  }
  return node;
}

/** Replaces what is inside a node. */
function fill(node, ...children) {
  node.textContent = '';
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
}

/** Fetches JSON; an error carries the server's own sentence. */
async function call(path, body) {
  const options = body === undefined ? {} :
    { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw new Error('连接不上模拟环境：请确认它还在运行');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || '请求失败（HTTP ' + response.status + '）');
  return answer;
}

let toastTimer = 0;
/** Says something for three seconds. */
function say(text) {
  const toast = $('toast');
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toast.hidden = true; }, 3000);
}

/** Runs something asynchronous and says what went wrong. */
function attempt(work) {
  return Promise.resolve().then(work).catch((error) => say(error.message));
}

const pad = (number) => String(number).padStart(2, '0');
/** Parts of a moment in Asia/Shanghai, whatever zone the browser is in. */
function shanghai(seconds) {
  const date = new Date((seconds + 8 * 3600) * 1000);
  return {
    day: (date.getUTCMonth() + 1) + '月' + date.getUTCDate() + '日',
    clock: pad(date.getUTCHours()) + ':' + pad(date.getUTCMinutes()),
    second: pad(date.getUTCSeconds()),
  };
}

/** The state both sides look at. */
const state = { accounts: [], account: null, followers: [], follower: null, chat: [], drift: 0, listeners: [] };

/** Unix seconds on the sandbox's clock. */
const sandboxNow = () => Math.floor(Date.now() / 1000 + state.drift);

const svg = (path) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  node.setAttribute('viewBox', '0 0 24 24');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  node.append(line);
  return node;
};
