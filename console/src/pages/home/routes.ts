import { House } from '@element-plus/icons-vue';
import type { Service } from '@/shell/service';

export default {
  label: '工作台',
  order: 0,
  pages: [{ path: '/', name: 'home', title: '工作台', menu: { label: '工作台', icon: House }, component: () => import('./HomePage.vue') }],
} satisfies Service;
