import type { Service } from '@/shell/service';
import materials from './materials/pages';

export default { label: '群发推文', order: 35, pages: [...materials] } satisfies Service;
