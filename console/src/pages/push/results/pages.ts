import { TrendCharts } from '@element-plus/icons-vue';
import type { Page } from '@/shell/service';

export default [
  {
    path: '/push/results',
    name: 'push-results',
    title: '推文效果',
    permission: 'write-articles',
    menu: { label: '推文效果', icon: TrendCharts },
    component: () => import('./ResultsPage.vue'),
  },
  { path: '/push/results/:id/comments', name: 'push-comments', title: '留言', permission: 'write-articles', component: () => import('./CommentsPage.vue') },
] satisfies Page[];
