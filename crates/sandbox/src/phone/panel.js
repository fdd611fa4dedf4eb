/* The panel beside the phone: pushes, calls, clock, faults, settings. */
'use strict';

let tab = 'deliveries';
let drawing = 0;
const opened = new Set();

const RESULTS = {
  pending: ['进行中', 'wait'], replied: ['已回复', 'good'], accepted: ['已接收', 'plain'],
  failed: ['三次无应答', 'bad'], bad: ['回复不可用', 'bad'], unconnected: ['未接入', 'plain'],
};
const KINDS = {
  text: '文字', image: '图片', voice: '语音', video: '视频', location: '位置', link: '链接', subscribe: '关注',
  MASSSENDJOBFINISH: '群发结果', PUBLISHJOBFINISH: '发布结果', unsubscribe: '取消关注', SCAN: '扫码', CLICK: '菜单点击', VIEW: '菜单网页',
};
const OUTCOMES = {
  ok: '按时应答', timeout: '5 秒内没有应答', refused: '连接不上', cut: '连接中断', dropped: '应答被丢弃（故障）',
  late: '应答迟到（故障）', repeat: '重复推送（故障）',
};

const code = (label, text) => text ? el('div', { class: 'code' }, el('h4', {}, label), el('pre', {}, text)) : null;

/** XML with one element per line, so that it can be read. */
function pretty(xml) {
  let depth = 0;
  return xml.replace(/(<\/[^>]+>)(?=<)|>(?=<(?!!|\/))/g, '$&\n').split('\n').map((line) => {
    if (/^<\//.test(line)) depth -= 1;
    const shown = '  '.repeat(Math.max(depth, 0)) + line;
    if (/^<[^!?/][^>]*>$/.test(line)) depth += 1;
    return shown;
  }).join('\n');
}

/** A row that opens on a tap and stays open when the list is drawn again. */
function fold(key, summary, details) {
  const node = el('details', { open: opened.has(key) }, el('summary', {}, ...summary), ...details);
  node.addEventListener('toggle', () => { if (node.open) opened.add(key); else opened.delete(key); });
  return node;
}

/** The beginning of what a message says, or the key of an event. */
function told(xml) {
  const said = /<(?:Content|EventKey|Label)>(?:<!\[CDATA\[)?([\s\S]*?)(?:\]\]>)?<\//.exec(xml);
  return said ? said[1] : '';
}

const moment = (at) => { const when = shanghai(at); return when.clock + ':' + when.second; };

let faultLabels = null;
async function loadFaultLabels() {
  if (faultLabels) return;
  const known = (await call('/_sandbox/faults')).known;
  faultLabels = {};
  for (const fault of known) faultLabels[fault.name] = fault.label;
}

async function deliveries() {
  await loadFaultLabels();
  const account = state.account ? state.account.name : '';
  const log = await call('/_sandbox/deliveries?limit=60&account=' + encodeURIComponent(account));
  if (!log.length) return [el('p', { class: 'empty' }, '还没有推送。在手机上说点什么，这里会列出发给服务器的每一条消息。')];
  return log.reverse().map((one) => {
    const result = RESULTS[one.result] || [one.result, 'plain'];
    const took = one.attempts.reduce((sum, attempted) => sum + attempted.took_ms, 0);
    const attempts = one.attempts.map((attempted, number) => el('li', {},
      '第 ' + (number + 1) + ' 次 · ' + moment(attempted.at) + ' · ' + attempted.took_ms + ' 毫秒 · ' +
      (attempted.status ? 'HTTP ' + attempted.status + ' · ' : '') + (OUTCOMES[attempted.outcome] || attempted.outcome)));
    const last = one.attempts[one.attempts.length - 1];
    return fold('d' + one.id, [
      el('span', { class: 'when' }, moment(one.at)), el('span', { class: 'what' }, KINDS[one.kind] || one.kind,
        el('small', {}, told(one.body))),
      el('span', { class: 'chip ' + result[1] }, result[0]),
      el('span', { class: 'much' }, one.attempts.length ? one.attempts.length + ' 次 · ' + took + ' 毫秒' : ''),
    ], [
      one.faults.length ? el('p', { class: 'note' }, '故障：' + one.faults.map((name) => faultLabels[name] || name).join('、')) : null,
      attempts.length ? el('ol', {}, ...attempts) : null,
      code('消息（明文）', pretty(one.body)), code('请求地址', one.url), code('请求正文', one.sent),
      code('回复（明文）', one.reply ? pretty(one.reply) : ''), code('服务器原样回答', last && last.answer),
    ]);
  });
}

async function requests() {
  const log = await call('/_sandbox/requests');
  if (!log.length) return [el('p', { class: 'empty' }, '还没有接口调用。接口地址：' + location.origin)];
  return log.reverse().map((one) => {
    const path = one.url.split('?')[0].replace(/^https?:\/\/[^/]+/, '');
    const failed = one.errcode !== 0;
    return fold('r' + one.rid, [
      el('span', { class: 'when' }, moment(one.at)), el('span', { class: 'what mono' }, path),
      el('span', { class: 'chip ' + (failed ? 'bad' : 'good') }, failed ? String(one.errcode) : '成功'),
    ], [code('rid', one.rid), code('地址', one.url), code('请求', one.body), code('回答', one.answer)]);
  });
}

const advance = (seconds) => attempt(async () => {
  await call('/_sandbox/clock', { advance_seconds: seconds });
  await drawPanel();
});

async function clock() {
  const now = await call('/_sandbox/clock');
  state.drift = now.now - Date.now() / 1000;
  const steps = [['＋1 分钟', 60], ['＋1 小时', 3600], ['＋1 天', 86400], ['＋48 小时', 172800], ['＋30 天', 2592000]];
  const hours = el('input', { type: 'number', min: '0', step: 'any', 'aria-label': '小时数', placeholder: '小时数' });
  const moved = now.offset_seconds;
  const days = Math.floor(moved / 86400);
  return [
    el('p', { class: 'now' }, now.written),
    el('p', { class: 'note' }, moved ? '比真实时间快 ' + (days ? days + ' 天 ' : '') + ((moved % 86400) / 3600).toFixed(1) + ' 小时' : '与真实时间一致'),
    el('div', { class: 'buttons' }, ...steps.map((step) => el('button', { click: () => advance(step[1]) }, step[0]))),
    el('form', { class: 'inline', submit: (event) => { event.preventDefault(); advance(Math.round(Number(hours.value) * 3600)); } },
      hours, el('button', {}, '前进')),
    moved ? el('div', { class: 'buttons' }, el('button', { click: () => advance(-moved) }, '回到真实时间')) : null,
    el('p', { class: 'note' }, '令牌两小时过期，客服消息窗口 48 小时，临时素材三天：移动时钟就能看到。'),
  ];
}

async function faults() {
  const all = await call('/_sandbox/faults');
  const set = (name, count) => attempt(async () => { await call('/_sandbox/faults', { name: name, count: count }); await drawPanel(); });
  const known = all.known.map((fault) => fault.name);
  const others = Object.keys(all.on).filter((name) => known.indexOf(name) < 0).map((name) => ({ name: name, label: '接口返回 ' + name }));
  const line = (fault) => {
    const left = all.on[fault.name] || 0;
    const count = el('input', { type: 'number', min: '1', max: '99', value: String(left || 1), 'aria-label': fault.label + '：次数' });
    count.addEventListener('change', () => { if (left) set(fault.name, Math.max(1, Number(count.value) || 1)); });
    const toggle = el('button', {
      class: 'switch', role: 'switch', 'aria-checked': String(left > 0), 'aria-label': fault.label,
      click: () => set(fault.name, left ? 0 : Math.max(1, Number(count.value) || 1)),
    });
    return el('li', { class: left ? 'on' : '' }, el('span', {}, fault.label), count, '次', toggle);
  };
  const other = el('input', { inputmode: 'numeric', 'aria-label': '错误码', placeholder: '其他错误码，如 45011' });
  return [
    el('p', { class: 'note' }, '打开后对接下来的若干次生效，用完自动关闭。'),
    el('ul', { class: 'faults' }, ...all.known.concat(others).map(line)),
    el('form', { class: 'inline', submit: (event) => { event.preventDefault(); set(other.value.trim(), 1); } }, other, el('button', {}, '打开')),
  ];
}

function secret(label, value) {
  return el('tr', {}, el('th', {}, label), el('td', { class: 'mono' }, value || '（空）'),
    el('td', {}, el('button', { 'aria-label': '复制' + label, click: () => attempt(() => navigator.clipboard.writeText(value).then(() => say('已复制' + label))) }, '复制')));
}

async function connect() {
  const all = await call('/_sandbox/accounts');
  const name = state.account ? state.account.name : '';
  const one = all.find((account) => account.name === name);
  if (!one) return [];
  const url = el('input', { value: one.callback_url, 'aria-label': '服务器地址', placeholder: 'http://127.0.0.1:8080/wechat/…' });
  const mode = el('select', { 'aria-label': '消息加解密方式' }, ...[['plain', '明文模式'], ['compatible', '兼容模式'], ['secure', '安全模式']].map((pair) =>
    el('option', { value: pair[0], selected: pair[0] === one.mode }, pair[1])));
  const save = () => attempt(async () => {
    await call('/_sandbox/accounts', { name: one.name, callback_url: url.value.trim(), mode: mode.value });
    const checked = await call('/_sandbox/' + one.name + '/verify', {});
    say(checked.message);
    state.accounts = await call('/_phone/accounts');
    await choose(one.name);
  });
  const fresh = el('input', { 'aria-label': '新公众号名称', placeholder: '名称（字母、数字、-）' });
  const kind = el('select', { 'aria-label': '类型' }, ...[['service true', '认证服务号'], ['subscription true', '认证订阅号'], ['service false', '未认证服务号'], ['subscription false', '未认证订阅号']].map((pair) =>
    el('option', { value: pair[0] }, pair[1])));
  const make = () => attempt(async () => {
    const parts = kind.value.split(' ');
    await call('/_sandbox/accounts', { name: fresh.value.trim(), kind: parts[0], verified: parts[1] === 'true' });
    state.accounts = await call('/_phone/accounts');
    await choose(fresh.value.trim());
  });
  return [
    el('h3', {}, one.nickname),
    el('table', {}, secret('接口地址', location.origin), secret('AppID', one.app_id), secret('AppSecret', one.app_secret),
      secret('原始 ID', one.original_id), secret('Token', one.token), secret('EncodingAESKey', one.encoding_aes_key)),
    el('form', { class: 'stack', submit: (event) => { event.preventDefault(); save(); } },
      el('label', {}, '服务器地址（URL）', url), el('label', {}, '消息加解密方式', mode), el('button', { class: 'main' }, '保存并验证')),
    el('h3', {}, '新建公众号'),
    el('form', { class: 'inline', submit: (event) => { event.preventDefault(); make(); } }, fresh, kind, el('button', {}, '新建')),
  ];
}

const STATES = {
  confirming: ['待管理员确认', 'wait'], sending: ['发送中', 'wait'], done: ['已送达', 'good'], failed: ['未发出', 'bad'], deleted: ['已删除', 'plain'],
};
const CONTENTS = { mpnews: '图文', text: '文字', image: '图片', voice: '语音', mpvideo: '视频' };

function target(to) {
  if (to === 'everybody') return '全部粉丝';
  return to.tag ? '标签 ' + to.tag : '名单 ' + to.list.length + ' 人';
}

async function sends() {
  const account = state.account ? state.account.name : '';
  const all = await call('/_sandbox/' + account + '/sends');
  if (!all.length) return [el('p', { class: 'empty' }, '还没有群发。服务器调用群发接口后，这里列出每一次群发送给了谁；开了“群发 API 保护”的公众号在这里确认。')];
  const decide = (one, confirmed) => attempt(async () => {
    await call('/_sandbox/' + account + '/sends/' + one.msg_id, { confirmed: confirmed });
    await drawPanel();
  });
  return all.reverse().map((one) => {
    const shown = STATES[one.state] || [one.state, 'plain'];
    const names = one.sent.map((openid) => (state.followers.find((follower) => follower.openid === openid) || { nickname: openid }).nickname);
    return fold('s' + one.msg_id, [
      el('span', { class: 'when' }, moment(one.at)),
      el('span', { class: 'what' }, one.title || CONTENTS[one.msgtype] || one.msgtype, el('small', {}, target(one.target))),
      el('span', { class: 'chip ' + shown[1] }, shown[0]),
    ], [
      one.state === 'confirming' ? el('div', { class: 'buttons' }, el('button', { click: () => decide(one, true) }, '确认群发'),
        el('button', { click: () => decide(one, false) }, '拒绝')) : null,
      el('p', { class: 'note' }, '送达 ' + one.sent.length + ' 人' + (names.length ? '：' + names.slice(0, 20).join('、') : '') +
        (one.over_quota.length ? '；' + one.over_quota.length + ' 人本月已满 4 次' : '')),
      code('结果', one.status), code('msg_id', String(one.msg_id)), code('clientmsgid', one.clientmsgid),
    ]);
  });
}

const TABS = { deliveries: deliveries, requests: requests, sends: sends, clock: clock, faults: faults, connect: connect };

async function drawPanel() {
  const round = ++drawing;
  let nodes;
  try {
    nodes = await TABS[tab]();
  } catch (error) {
    nodes = [el('p', { class: 'empty' }, error.message)];
  }
  if (round === drawing) fill($('panel-body'), ...nodes);
}

for (const button of document.querySelectorAll('[data-tab]')) {
  button.addEventListener('click', () => {
    tab = button.dataset.tab;
    for (const other of document.querySelectorAll('[data-tab]')) other.setAttribute('aria-selected', String(other === button));
    $('panel-body').scrollTop = 0;
    drawPanel();
  });
}

$('open-panel').addEventListener('click', () => { document.body.classList.add('with-panel'); $('close-panel').focus(); });
$('close-panel').addEventListener('click', () => document.body.classList.remove('with-panel'));

let waiting = 0;
state.listeners.push((what) => {
  // A form somebody is filling in is not drawn over.
  if (what === 'change' && tab === 'connect') return;
  if (what === 'change' && $('panel-body').contains(document.activeElement) && /^(INPUT|SELECT)$/.test(document.activeElement.tagName)) return;
  clearTimeout(waiting);
  waiting = setTimeout(drawPanel, 120);
});

attempt(async () => {
  const now = await call('/_phone/clock');
  state.drift = now.now - Date.now() / 1000;
});
