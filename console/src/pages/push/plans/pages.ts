import { Calendar } from '@element-plus/icons-vue';
import type { Page } from '@/shell/service';

export default [
  {
    path: '/push/plans',
    name: 'plans',
    title: '群发计划',
    permission: 'write-articles',
    menu: { label: '群发计划', icon: Calendar },
    component: () => import('./PlansPage.vue'),
  },
  { path: '/push/plans/new', name: 'plan-new', title: '安排群发', permission: 'approve-pushes', component: () => import('./NewPlanPage.vue') },
  { path: '/push/plans/:id', name: 'plan', title: '群发计划', permission: 'write-articles', component: () => import('./PlanPage.vue') },
] satisfies Page[];
