import { Connection, Menu, Picture } from '@element-plus/icons-vue';
import type { Service } from '@/shell/service';

export default {
  label: '公众号',
  order: 40,
  pages: [
    {
      path: '/official-accounts',
      name: 'official-accounts',
      title: '公众号连接',
      permission: 'keep-official-account',
      menu: { label: '公众号连接', icon: Connection },
      component: () => import('./connection/ConnectionPage.vue'),
    },
    {
      path: '/official-accounts/menu',
      name: 'official-menu',
      title: '自定义菜单',
      permission: 'keep-official-account',
      menu: { label: '自定义菜单', icon: Menu },
      component: () => import('./menu/MenuPage.vue'),
    },
    {
      path: '/official-accounts/codes',
      name: 'scene-codes',
      title: '二维码',
      permission: 'keep-official-account',
      menu: { label: '二维码', icon: Picture },
      component: () => import('./codes/CodesPage.vue'),
    },
    {
      path: '/official-accounts/codes/:account/:scene',
      name: 'scene-code',
      title: '二维码',
      permission: 'keep-official-account',
      component: () => import('./codes/CodePage.vue'),
    },
  ],
} satisfies Service;
