import type { Block, BlockKind, Body, DraftKind, DraftState, Part, Theme } from './shapes';

export const KINDS: Record<DraftKind, string> = { articles: '图文', text: '文字', image: '图片', voice: '语音', video: '视频' };

type Tone = 'plain' | 'done' | 'warn' | 'error' | 'info';
export const STATES: Record<DraftState, { label: string; tone: Tone }> = {
  writing: { label: '撰写中', tone: 'plain' },
  in_review: { label: '审核中', tone: 'info' },
  returned: { label: '已退回', tone: 'warn' },
  approved: { label: '已批准', tone: 'done' },
  discarded: { label: '已放弃', tone: 'error' },
};

export const THEMES: { value: Theme; label: string; told: string }[] = [
  { value: 'official', label: '公务', told: '端正，适合通知、公告' },
  { value: 'newspaper', label: '报纸', told: '旧报纸样，适合往事' },
  { value: 'manuscript', label: '手稿', told: '楷体信笺，适合书信、日记' },
  { value: 'letterhead', label: '红头', told: '红线，适合发布文件' },
  { value: 'album', label: '相册', told: '深色衬底，适合老照片' },
  { value: 'children', label: '少儿', told: '明快大字，适合孩子' },
];

export const BLOCKS: Record<BlockKind, string> = {
  heading: '小标题',
  text: '正文',
  picture: '图片',
  gallery: '图集',
  quotation: '引文',
  record: '引用档案',
  audio: '音频',
  video: '视频',
  timeline: '时间线',
  list: '列表',
  table: '表格',
  visit: '到馆查阅',
  code: '二维码',
  divider: '分隔线',
};

/** WeChat's limits, as `wechat::article` keeps them. */
export const LIMITS = { title: 32, author: 16, digest: 120, articles: 8, text: 600, name: 64, description: 200, blocks: 300 };

export function count(text: string): number {
  return [...text.trim()].length;
}

export function titleOf(title: string): string {
  return title || '（还没有标题）';
}

export function blankPart(): Part {
  return {
    article: { title: '', author: '', digest: '', theme: 'official', large_type: false, blocks: [] },
    cover: '',
    original: '',
  };
}

export function blankPicture(): { address: string; alternative: string; caption: string } {
  return { address: '', alternative: '', caption: '' };
}

/** An empty block; a record is found first, so it has none. */
export function blankBlock(kind: Exclude<BlockKind, 'record'>): Block {
  switch (kind) {
    case 'heading':
      return { kind, text: '' };
    case 'text':
      return { kind, runs: [] };
    case 'picture':
      return { kind, ...blankPicture() };
    case 'gallery':
      return { kind, pictures: [] };
    case 'quotation':
      return { kind, text: '', source: '' };
    case 'audio':
    case 'video':
      return { kind, address: '', title: '', seconds: 0, transcript: '', page: '', picture: null };
    case 'timeline':
      return { kind, entries: [{ date: '', text: '' }] };
    case 'list':
      return { kind, ordered: false, items: [[]] };
    case 'table':
      return { kind, head: ['', ''], rows: [['', '']] };
    case 'visit':
      return { kind, name: '', address: '', hours: '', telephone: '' };
    case 'code':
      return { kind, picture: blankPicture() };
    case 'divider':
      return { kind };
  }
}

/** A deep copy of what is plain JSON, without what Vue put around it. */
export function copied<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

export function articlesOf(body: Body): Part[] {
  return body.kind === 'articles' ? body.articles : [];
}
