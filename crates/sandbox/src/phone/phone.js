/* The phone: who is using it, the chat, the menu. */
'use strict';

const root = () => '/_phone/' + state.account.name + '/followers';
const remember = (key, value) => { try { localStorage.setItem('sandbox.' + key, value); } catch (error) { /* private mode */ } };
const recall = (key) => { try { return localStorage.getItem('sandbox.' + key); } catch (error) { return null; } };

let typing = 'auto'; // which half of the dock shows: text, menu, or what the account has
let shownChat = '';

const act = {
  me: '我',
  them: '号',
  openLink: (url, title) => openWeb(url, title),
  dial: (number) => askDial(number),
  choose: (choice) => deed({ type: 'text', content: choice.content, bizmsgmenuid: String(choice.id) }),
  grown: () => { $('chat').scrollTop = $('chat').scrollHeight; },
};

/** Sends what the follower does. */
async function deed(what) {
  if (!state.follower) throw new Error('请先选择或新建一个粉丝');
  const sent = call(root() + '/' + state.follower.openid + '/messages', what);
  sent.then(refresh, () => {});
  return sent;
}

async function choose(accountName, openid) {
  state.account = state.accounts.find((account) => account.name === accountName) || state.accounts[0] || null;
  if (!state.account) return;
  state.followers = await call(root());
  const wanted = openid || recall('follower.' + state.account.name);
  const found = state.followers.find((follower) => follower.openid === wanted) || state.followers[0] || null;
  state.follower = found;
  closeSheet();
  state.chat = [];
  typing = 'auto';
  shownChat = '';
  showProfile(!(found && found.subscribed));
  remember('account', state.account.name);
  if (found) {
    remember('follower.' + state.account.name, found.openid);
    // By this cookie the OAuth page knows whose hand holds the phone.
    document.cookie = 'sandbox_follower_' + state.account.name + '=' + found.openid + '; path=/; SameSite=Lax';
    history.replaceState(null, '', '#/' + state.account.name + '/' + found.openid);
  }
  await refresh();
  for (const listener of state.listeners) listener('account');
}

async function newFollower(follow) {
  const made = await call(root(), { follow: follow });
  await choose(state.account.name, made.openid);
}

let refreshing = null;
/** Fetches what is shown; calls in between wait for one more round. */
function refresh() {
  if (refreshing) { refreshing.again = true; return refreshing.done; }
  const round = { again: false };
  round.done = attempt(async () => {
    const account = state.account;
    if (account && state.follower) {
      const path = root() + '/' + state.follower.openid;
      const both = await Promise.all([call(path), call(path + '/chat')]);
      if (account === state.account) { state.follower = both[0]; state.chat = both[1]; }
    }
    draw();
  }).then(() => {
    refreshing = null;
    return round.again ? refresh() : undefined;
  });
  refreshing = round;
  return round.done;
}

function draw() {
  const account = state.account;
  const follower = state.follower;
  if (!account) return;
  const following = Boolean(follower && follower.subscribed);
  $('title').textContent = follower && follower.typing ? '对方正在输入…' : account.nickname;
  act.them = account.nickname.slice(0, 1);
  act.me = follower ? follower.nickname.slice(-1) : '我';
  drawDock();
  drawProfile(account, follower, following);
  drawChat();
  drawMenu((follower && follower.menu) || []);
}

function drawChat() {
  const chat = $('chat');
  const written = JSON.stringify([state.account.name, state.follower && state.follower.openid, state.chat]);
  if (written === shownChat) return;
  shownChat = written;
  fill(chat, ...rows(state.follower ? state.chat : [], act));
  chat.scrollTop = chat.scrollHeight;
}

function drawProfile(account, follower, following) {
  $('profile-avatar').textContent = account.nickname.slice(0, 1);
  $('profile-name').textContent = account.nickname;
  $('profile-kind').textContent = account.kind + ' · ' + (account.verified ? '已认证' : '未认证') + (account.connected ? '' : ' · 未接入服务器');
  fill($('profile-rights'), ...account.rights.map((right) =>
    el('li', { class: right.has ? 'has' : '' }, el('span', {}, right.label), el('span', {}, right.has ? '可用' : '不可用'))));
  $('profile-who').textContent = follower ? '你现在是：' + follower.nickname : '还没有粉丝：点“关注公众号”会新建一位。';
  $('follow').hidden = following;
  $('enter-chat').hidden = !following && !(follower && state.chat.length);
  $('unfollow').hidden = !following;
}

function showProfile(shown) {
  $('profile').hidden = !shown;
  $('chat').hidden = shown;
  drawDock();
}

/** Below the chat: where to type, or for somebody who does not follow the way back. */
function drawDock() {
  const inChat = $('profile').hidden;
  const following = Boolean(state.follower && state.follower.subscribed);
  const changed = $('dock').hidden === (inChat && following);
  $('dock').hidden = !inChat || !following;
  $('again').hidden = !inChat || following;
  if (changed) $('chat').scrollTop = $('chat').scrollHeight;
}

/* ---- menu and dock ---- */

let shownMenu = '';
function drawMenu(buttons) {
  const has = buttons.length > 0;
  const asMenu = has && typing !== 'text';
  $('dock-menu').hidden = !asMenu;
  $('dock-text').hidden = asMenu;
  $('to-menu').hidden = !has;
  const written = JSON.stringify(buttons);
  if (written === shownMenu) return;
  shownMenu = written;
  fill($('menu'), ...buttons.map((button) => {
    const below = button.sub_button || [];
    const top = el('button', { class: 'menu-top' + (below.length ? ' has-more' : ''), 'aria-haspopup': below.length ? 'menu' : false },
      el('span', {}, button.name));
    top.addEventListener('click', () => {
      const open = top.parentNode.classList.contains('open');
      closeMenus();
      if (!below.length) tap(button);
      else if (!open) top.parentNode.classList.add('open');
    });
    const list = below.map((inner) => el('button', { role: 'menuitem', click: () => { closeMenus(); tap(inner); } }, inner.name));
    return el('div', { class: 'menu-slot' }, top, below.length ? el('div', { class: 'menu-pop', role: 'menu' }, ...list) : null);
  }));
}

function closeMenus() {
  for (const slot of document.querySelectorAll('.menu-slot.open')) slot.classList.remove('open');
}

/** A tap on a menu button, by its type. */
function tap(button) {
  attempt(async () => {
    if (button.type === 'view') {
      openWeb(button.url, button.name);
      return deed({ type: 'view', content: button.url });
    }
    if (button.type === 'miniprogram') {
      say('模拟环境不打开小程序，改开备用网页');
      openWeb(button.url, button.name);
      return deed({ type: 'view_miniprogram', content: button.pagepath || '' });
    }
    const sent = await deed({ type: button.type, content: button.key || '' });
    if (button.type === 'location_select') askPlace();
    if (button.type.indexOf('pic_') === 0) askPicture();
    return sent;
  });
}

function sendText() {
  const input = $('input');
  const text = input.value;
  if (!text.trim()) return;
  input.value = '';
  grow();
  attempt(() => deed({ type: 'text', content: text }).catch((error) => { input.value = text; grow(); throw error; }));
}

function grow() {
  const input = $('input');
  input.style.height = 'auto';
  input.style.height = Math.min(input.scrollHeight, 120) + 'px';
  $('send').hidden = !input.value.trim();
  $('more').hidden = Boolean(input.value.trim());
}

function showExtras(shown) {
  $('extras').hidden = !shown;
  $('more').setAttribute('aria-expanded', String(shown));
  $('chat').scrollTop = $('chat').scrollHeight;
}

/* ---- wiring ---- */

function listen(id, work) { $(id).addEventListener('click', () => attempt(work)); }
listen('open-switch', async () => { state.followers = await call(root()); askSwitch(); });
listen('open-profile', () => showProfile($('profile').hidden));
listen('enter-chat', () => showProfile(false));
async function follow() {
  if (state.follower) await deed({ type: 'subscribe', content: '' });
  else await newFollower(true);
  showProfile(false);
  await refresh();
}
listen('follow', follow);
listen('follow-again', follow);
listen('unfollow', () => deed({ type: 'unsubscribe', content: '' }));
listen('to-text', () => { typing = 'text'; draw(); $('input').focus(); });
listen('to-menu', () => { typing = 'menu'; showExtras(false); draw(); });
listen('more', () => showExtras($('extras').hidden));
listen('send-picture', askPicture);
listen('send-voice', askVoice);
listen('send-place', askPlace);
listen('send-scan', askScan);
listen('ask-notices', askNotices);
listen('web-close', closeWeb);
listen('web-more', askWeb);
$('web-frame').addEventListener('load', () => { $('web-progress').className = 'web-progress'; });
$('dock-text').addEventListener('submit', (event) => { event.preventDefault(); sendText(); });
$('input').addEventListener('input', grow);
$('input').addEventListener('focus', () => showExtras(false));
$('input').addEventListener('keydown', (event) => {
  // Enter chooses a word while an input method is composing; only otherwise does it send.
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); sendText(); }
});
$('sheet').addEventListener('click', (event) => { if (event.target === $('sheet')) closeSheet(); });
document.addEventListener('click', (event) => { if (!event.target.closest('.menu-slot')) closeMenus(); });
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  if (!$('sheet').hidden) closeSheet(); else closeMenus();
});
/** Sends the file that is picked at an input, as the kind it has. */
function sendPicked(id, kindOf) {
  $(id).addEventListener('change', () => {
    const file = $(id).files[0];
    $(id).value = '';
    if (!file) return;
    const reader = new FileReader();
    reader.onload = () => attempt(() => deed({ type: kindOf(file), content: reader.result }));
    reader.readAsDataURL(file.type ? file : new Blob([file], { type: 'audio/amr' }));
  });
}
sendPicked('file', (file) => file.type.indexOf('video/') === 0 ? 'video' : 'image');
sendPicked('voice-file', () => 'voice');

async function start() {
  state.accounts = await call('/_phone/accounts');
  const asked = location.hash.split('/');
  await choose(asked[1] || recall('account') || '', asked[2]);
  const changes = new EventSource('/_phone/events');
  changes.onmessage = () => {
    refresh();
    for (const listener of state.listeners) listener('change');
  };
}

function drawTime() {
  const clock = shanghai(sandboxNow()).clock;
  $('time').textContent = clock;
  $('web-time').textContent = clock;
}
drawTime();
setInterval(drawTime, 1000);
attempt(start);
