import type { Service } from '@/shell/service';
import drafts from './drafts/pages';
import plans from './plans/pages';

export default { label: '群发推文', order: 35, pages: [...drafts, ...plans] } satisfies Service;
