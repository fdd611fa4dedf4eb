/* How the entries of a chat look. */
'use strict';

const safeLink = (href) => /^https?:\/\//i.test(href);

const LINK = '<a\\b([^>]*)>([\\s\\S]*?)</a>';
const ADDRESS = '(https?://[^\\s<>"\'，。；！？、（）《》]+)';
const TELEPHONE = '(\\b0\\d{2,3}-\\d{3,4}-?\\d{4}\\b|\\b400-\\d{3}-?\\d{4}\\b)';

/** Text with `<a href>` links, bare addresses and telephone numbers; other mark-up stays visible, as in WeChat. */
function richText(text, act) {
  const parts = document.createDocumentFragment();
  const pattern = new RegExp(LINK + '|' + ADDRESS + '|' + TELEPHONE, 'gi');
  const anchor = (href, label, work) =>
    el('a', { href: href, click: (event) => { event.preventDefault(); work(); } }, label);
  const link = (href, label) => anchor(href, label, () => act.openLink(href, label));
  let position = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    parts.append(text.slice(position, match.index));
    position = match.index + match[0].length;
    if (match[3]) {
      parts.append(link(match[3], match[3]));
      continue;
    }
    if (match[4]) {
      const telephone = anchor('tel:' + match[4], match[4], () => act.dial(match[4]));
      telephone.className = 'telephone';
      parts.append(telephone);
      continue;
    }
    const href = /href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(match[1]);
    const target = href ? (href[1] || href[2] || href[3] || '').replace(/&amp;/g, '&') : '';
    const label = match[2].replace(/<[^>]*>/g, '');
    parts.append(safeLink(target) ? link(target, label) : label);
  }
  parts.append(text.slice(position));
  return parts;
}

/** A card of one article. */
function newsCard(article, openLink) {
  const url = article.url || '';
  const open = () => { if (safeLink(url)) openLink(url, article.title); };
  const picture = article.picurl && safeLink(article.picurl) ?
    el('img', { src: article.picurl, alt: '', loading: 'lazy', error: (event) => event.target.remove() }) : null;
  return el('button', { class: 'card', click: open, 'aria-label': '打开：' + (article.title || '') },
    picture,
    el('span', { class: 'card-title' }, article.title || ''),
    article.description ? el('span', { class: 'card-text' }, article.description) : null,
    el('span', { class: 'card-foot' }, '查看全文'));
}

/** A notice: its title, the lines of its template, and where it leads. */
function noticeCard(entry, openLink) {
  const open = () => { if (safeLink(entry.url || '')) openLink(entry.url, entry.content); };
  const lines = (entry.fields || []).map((field) => el('span', { class: 'notice-line' },
    field.label ? el('span', {}, field.label) : null, el('b', {}, field.value)));
  return el('button', { class: 'card notice', click: open, 'aria-label': '通知：' + entry.content },
    el('span', { class: 'card-title' }, entry.content), ...lines,
    el('span', { class: 'card-foot' }, entry.url ? '查看详情' : entry.way));
}

/** A push of one article, or of several below each other. */
function pushCard(entry, openLink) {
  const articles = entry.articles || [];
  if (articles.length === 1) return newsCard(articles[0], openLink);
  return el('div', { class: 'push-list' }, ...articles.map((article, at) =>
    el('button', { class: at ? 'push-row' : 'push-head', click: () => openLink(article.url, article.title), 'aria-label': '打开：' + article.title },
      article.picurl ? el('img', { src: article.picurl, alt: '', loading: 'lazy', error: (event) => event.target.remove() }) : null,
      el('span', {}, article.title))));
}

function place(entry) {
  return el('div', { class: 'place' },
    el('strong', {}, entry.content || '位置'),
    el('small', {}, Number(entry.latitude).toFixed(4) + '，' + Number(entry.longitude).toFixed(4)),
    el('div', { class: 'place-map' }, el('i', {})));
}

function choices(entry, act) {
  const list = (entry.list || []).map((choice) =>
    el('button', { class: 'choice', click: () => act.choose(choice) }, choice.content));
  return el('div', { class: 'bubble' }, entry.head_content ? el('p', {}, entry.head_content) : null, ...list,
    entry.tail_content ? el('p', {}, entry.tail_content) : null);
}

const mediaUrl = (entry) => entry.url || '/_media/' + entry.media_id;

/** What is inside an entry's row. */
function body(entry, act) {
  switch (entry.type) {
    case 'text':
      return el('div', { class: 'bubble' }, richText(entry.content, act));
    case 'image':
      return el('img', { class: 'picture', src: mediaUrl(entry), alt: '图片', load: act.grown });
    case 'location':
      return place(entry);
    case 'msgmenu':
      return choices(entry, act);
    case 'voice':
      return el('div', { class: 'bubble' }, '语音 ', el('audio', { controls: true, preload: 'none', src: mediaUrl(entry) }),
        entry.recognition ? el('p', {}, '识别：' + entry.recognition) : null);
    case 'video':
    case 'shortvideo':
      return el('div', { class: 'bubble' }, '视频 ' + (entry.title || ''));
    case 'music':
    case 'link':
    case 'miniprogrampage':
      return el('div', { class: 'bubble' }, richText((entry.title || '') + ' ' + (entry.url || entry.content || ''), act));
    default:
      return el('div', { class: 'bubble' }, entry.content);
  }
}

/** One entry as a row of the chat; nothing for what the follower does not see. */
function row(entry, act) {
  if (entry.type === 'event') return null;
  if (entry.direction === 'system' || entry.type === 'transfer_customer_service') {
    return el('p', { class: 'line' + (entry.type === 'fault' ? ' fault' : '') }, entry.content);
  }
  if (entry.type === 'news') return el('div', { class: 'row wide' }, newsCard(entry, act.openLink));
  if (entry.type === 'notice') return el('div', { class: 'row wide' }, noticeCard(entry, act.openLink));
  if (entry.type === 'mpnews') {
    return el('div', { class: 'row wide' }, entry.preview ? el('p', { class: 'line' }, '预览，仅你可见') : null, pushCard(entry, act.openLink));
  }
  const mine = entry.direction === 'in';
  return el('div', { class: 'row ' + (mine ? 'mine' : 'theirs') },
    el('div', { class: 'avatar ' + (mine ? 'me' : ''), 'aria-hidden': 'true' }, mine ? act.me : act.them), body(entry, act));
}

/** The whole chat, with the time where five minutes passed. */
function rows(chat, act) {
  const all = [];
  let last = 0;
  const today = shanghai(sandboxNow()).day;
  for (const entry of chat) {
    const node = row(entry, act);
    if (!node) continue;
    if (entry.at - last > 300) {
      const when = shanghai(entry.at);
      all.push(el('p', { class: 'line time' }, (when.day === today ? '' : when.day + ' ') + when.clock));
    }
    last = entry.at;
    all.push(node);
  }
  return all;
}
