import { Collection } from '@element-plus/icons-vue';
import type { Page } from '@/shell/service';

export default [
  {
    path: '/push/words',
    name: 'push-words',
    title: '用语与选题',
    permission: 'write-articles',
    menu: { label: '用语与选题', icon: Collection },
    component: () => import('./WordsPage.vue'),
  },
] satisfies Page[];
