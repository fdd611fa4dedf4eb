import type { Service } from '@/shell/service';
import drafts from './drafts/pages';
import materials from './materials/pages';
import notices from './notices/pages';
import plans from './plans/pages';
import publications from './publications/pages';
import results from './results/pages';
import words from './words/pages';

export default {
  label: '群发推文',
  order: 35,
  pages: [...drafts, ...plans, ...publications, ...materials, ...results, ...notices, ...words],
} satisfies Service;
