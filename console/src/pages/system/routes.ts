import { Document, User } from '@element-plus/icons-vue';
import type { Service } from '@/shell/service';

export default {
  label: '系统',
  order: 80,
  pages: [
    {
      path: '/staff',
      name: 'staff',
      title: '工作人员',
      permission: 'keep-accounts',
      menu: { label: '工作人员', icon: User },
      component: () => import('./StaffPage.vue'),
    },
    {
      path: '/audit',
      name: 'audit',
      title: '审计日志',
      permission: 'read-audit',
      menu: { label: '审计日志', icon: Document },
      component: () => import('./AuditPage.vue'),
    },
    { path: '/account', name: 'account', title: '我的账号', component: () => import('./AccountPage.vue') },
  ],
} satisfies Service;
