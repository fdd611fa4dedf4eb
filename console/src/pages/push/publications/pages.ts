import { Link } from '@element-plus/icons-vue';
import type { Page } from '@/shell/service';

export default [
  {
    path: '/push/publications',
    name: 'publications',
    title: '已发布',
    permission: 'write-articles',
    menu: { label: '已发布', icon: Link },
    component: () => import('./PublicationsPage.vue'),
  },
] satisfies Page[];
