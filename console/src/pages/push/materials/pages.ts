import { Picture } from '@element-plus/icons-vue';
import type { Page } from '@/shell/service';

export default [
  {
    path: '/push/materials',
    name: 'materials',
    title: '素材库',
    permission: 'write-articles',
    menu: { label: '素材库', icon: Picture },
    component: () => import('./MaterialsPage.vue'),
  },
  {
    path: '/push/materials/account',
    name: 'account-materials',
    title: '公众号里的素材',
    permission: 'write-articles',
    component: () => import('./AccountPage.vue'),
  },
] satisfies Page[];
