import type { Service } from '@/shell/service';
import words from './words/pages';

export default { label: '群发推文', order: 35, pages: [...words] } satisfies Service;
