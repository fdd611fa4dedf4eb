/* What slides over the chat: choices from below, and the web view. */
'use strict';

function sheet(title, ...children) {
  const close = el('button', { class: 'sheet-close', click: closeSheet }, '取消');
  fill($('sheet-card'), el('h2', {}, title), ...children, close);
  $('sheet').hidden = false;
  $('sheet-card').querySelector('button, input').focus();
}

function closeSheet() {
  $('sheet').hidden = true;
}

const option = (label, work, note) => el('button', { class: 'option', click: () => { closeSheet(); attempt(work); } },
  el('span', {}, label), note ? el('small', {}, note) : null);

/** A line to type into, with its button. */
function ask(label, hint, button, work) {
  const input = el('input', { 'aria-label': label, placeholder: hint });
  return el('form', { class: 'ask', submit: (event) => { event.preventDefault(); closeSheet(); attempt(() => work(input.value.trim())); } },
    input, el('button', { class: 'green' }, button));
}

function askSwitch() {
  const accounts = state.accounts.map((account) => option(
    (account === state.account ? '✓ ' : '') + account.nickname, () => choose(account.name),
    account.kind + (account.verified ? '，已认证' : '，未认证')));
  const people = state.followers.map((follower) => option(
    (state.follower && follower.openid === state.follower.openid ? '✓ ' : '') + follower.nickname,
    () => choose(state.account.name, follower.openid), follower.subscribed ? '已关注' : '未关注'));
  sheet('切换', el('h3', {}, '公众号'), ...accounts, el('h3', {}, '我是谁'), ...people,
    option('＋ 新建一位粉丝', async () => { await newFollower(false); showProfile(true); }));
}

function askPicture() {
  sheet('发送照片', option('从相册选择', () => $('file').click()),
    option('示例图片', () => deed({ type: 'image', content: '' })), option('示例视频', () => deed({ type: 'video', content: '' })));
}

function askVoice() {
  sheet('发送语音', option('选择录音文件', () => $('voice-file').click(), 'amr 或 mp3，2 MB 以内'),
    option('示例语音', () => deed({ type: 'voice', content: '' }), '一秒无声，没有识别出的文字'),
    ask('识别出的文字', '带识别结果的语音：说了什么', '发送', (words) => deed({ type: 'voice', content: '', recognition: words })));
}

function askPlace() {
  const spots = [['长沙市五一广场', '28.1963,112.9770'], ['广州市中山纪念堂', '23.1330,113.2590'], ['北京市天安门', '39.9087,116.3975']];
  sheet('发送位置', ...spots.map((spot) => option(spot[0], () => deed({ type: 'location', content: spot[1] + ',' + spot[0] }))),
    ask('纬度,经度,地名', '纬度,经度,地名', '发送', (content) => deed({ type: 'location', content: content })));
}

async function askScan() {
  const codes = await call('/_phone/' + state.account.name + '/codes');
  const list = codes.slice(-8).reverse().map((code) => option('场景 ' + code.scene, () => deed({ type: 'scan', content: code.ticket })));
  sheet('扫一扫', ...list, list.length ? null : el('p', { class: 'hint' }, '公众号还没有生成带参数的二维码，可以直接输入场景值。'),
    ask('场景值', '场景值，如 123 或 desk', '扫描', (scene) => deed({ type: 'scan', content: scene })));
}

/** What WeChat asks in its pop-up, and what a reader sets on the account's page. */
async function askNotices() {
  const heard = await call(root() + '/' + state.follower.openid + '/notices');
  const answer = (template, value) => deed({ type: 'consent', content: { template_id: template.template_id, answer: value } });
  const standing = (template) => template.off ? '已关闭' : template.always ? '长期允许' : '还可收 ' + template.left + ' 条';
  const asked = heard.templates.filter((template) => template.way === 'once' || template.way === 'always');
  const parts = asked.map((template) => [el('h3', {}, template.title + '（' + standing(template) + '）'),
    option('允许', () => answer(template, 'accept'), template.label), option('拒绝', () => answer(template, 'reject')),
    template.off ? option('重新打开', () => answer(template, 'on')) : option('关闭', () => answer(template, 'off'))]);
  const all = heard.refuses_all ? option('恢复接收全部通知', () => deed({ type: 'notices', content: 'on' }))
    : option('拒收全部通知', () => deed({ type: 'notices', content: 'off' }));
  sheet('订阅通知', ...[].concat(...parts), el('h3', {}, '这个公众号的通知'), all);
}

function askDial(number) {
  sheet(number, option('呼叫', () => say('模拟环境不拨打电话')),
    option('复制号码', () => navigator.clipboard.writeText(number).then(() => say('已复制'))));
}

/* ---- web view ---- */

let webUrl = '';
function openWeb(url, title) {
  if (!safeLink(url || '')) { say('不能打开这个地址：' + (url || '（空）')); return; }
  webUrl = url;
  let host = '';
  try { host = new URL(url).host; } catch (error) { host = url; }
  $('web-title').textContent = title && !safeLink(title) ? title : host;
  $('web').hidden = false;
  $('web-progress').className = 'web-progress busy';
  $('web-frame').src = url;
  $('web-close').focus();
}

function closeWeb() {
  $('web').hidden = true;
  $('web-frame').src = 'about:blank';
  refresh();
}

function askWeb() {
  sheet('网页', option('刷新', () => { $('web-frame').src = webUrl; }),
    option('在浏览器中打开', () => { window.open(webUrl, '_blank', 'noopener'); }, '页面若不能嵌入，请用这一项'),
    option('复制链接', () => navigator.clipboard.writeText(webUrl).then(() => say('已复制'))));
}
