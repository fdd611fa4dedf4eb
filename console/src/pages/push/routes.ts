import type { Service } from '@/shell/service';
import results from './results/pages';

export default {
  label: '群发推文',
  order: 35,
  pages: [...results],
} satisfies Service;
