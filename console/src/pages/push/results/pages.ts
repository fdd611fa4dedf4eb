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
] satisfies Page[];
