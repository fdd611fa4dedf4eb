import { Bell, Calendar, EditPen, OfficeBuilding } from '@element-plus/icons-vue';
import type { Service } from '@/shell/service';

export default {
  label: '本馆',
  order: 50,
  pages: [
    {
      path: '/house/profile',
      name: 'house-profile',
      title: '基本信息',
      permission: 'keep-house',
      menu: { label: '基本信息', icon: OfficeBuilding },
      component: () => import('./profile/ProfilePage.vue'),
    },
    {
      path: '/house/hours',
      name: 'house-hours',
      title: '开放时间与日历',
      permission: 'keep-house',
      menu: { label: '开放时间与日历', icon: Calendar },
      component: () => import('./hours/HoursPage.vue'),
    },
    {
      path: '/house/notices',
      name: 'house-notices',
      title: '公告',
      permission: 'keep-house',
      menu: { label: '公告', icon: Bell },
      component: () => import('./notices/NoticesPage.vue'),
    },
    {
      path: '/house/texts',
      name: 'house-texts',
      title: '办事指南与网站文字',
      permission: 'keep-house',
      menu: { label: '办事指南与网站文字', icon: EditPen },
      component: () => import('./texts/TextsPage.vue'),
    },
  ],
} satisfies Service;
