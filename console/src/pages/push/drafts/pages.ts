import { EditPen } from '@element-plus/icons-vue';
import type { Page } from '@/shell/service';

export default [
  {
    path: '/push/drafts',
    name: 'drafts',
    title: '推文',
    permission: 'write-articles',
    menu: { label: '推文', icon: EditPen },
    component: () => import('./DraftsPage.vue'),
  },
  { path: '/push/drafts/:id', name: 'draft', title: '推文', permission: 'write-articles', component: () => import('./DraftPage.vue') },
] satisfies Page[];
