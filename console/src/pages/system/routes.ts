import { Document, Files, Setting, Tickets, Timer, User } from '@element-plus/icons-vue';
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
      path: '/personal-lists',
      name: 'personal-lists',
      title: '名单导出',
      anyOf: ['answer-readers', 'keep-accounts', 'approve-personal-lists'],
      menu: { label: '名单导出', icon: Tickets },
      component: () => import('./PersonalListsPage.vue'),
    },
    {
      path: '/audit',
      name: 'audit',
      title: '审计日志',
      permission: 'read-audit',
      menu: { label: '审计日志', icon: Document },
      component: () => import('./AuditPage.vue'),
    },
    {
      path: '/system/settings',
      name: 'system-settings',
      title: '设置',
      permission: 'operate',
      menu: { label: '设置', icon: Setting },
      component: () => import('./SettingsPage.vue'),
    },
    {
      path: '/system/jobs',
      name: 'system-jobs',
      title: '后台任务',
      permission: 'operate',
      menu: { label: '后台任务', icon: Timer },
      component: () => import('./JobsPage.vue'),
    },
    {
      path: '/system/backup',
      name: 'system-backup',
      title: '备份',
      permission: 'operate',
      menu: { label: '备份', icon: Files },
      component: () => import('./BackupPage.vue'),
    },
    { path: '/account', name: 'account', title: '我的账号', component: () => import('./AccountPage.vue') },
  ],
} satisfies Service;
