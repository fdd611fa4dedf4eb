import { Bell } from '@element-plus/icons-vue';
import type { Page } from '@/shell/service';

export default [
  {
    path: '/push/notices',
    name: 'push-notices',
    title: '通知模板',
    permission: 'write-articles',
    menu: { label: '通知模板', icon: Bell },
    component: () => import('./NoticesPage.vue'),
  },
] satisfies Page[];
