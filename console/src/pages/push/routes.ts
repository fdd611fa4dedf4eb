import type { Service } from '@/shell/service';
import drafts from './drafts/pages';

export default { label: '群发推文', order: 35, pages: [...drafts] } satisfies Service;
