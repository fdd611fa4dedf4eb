import { AlarmClock, ChatDotSquare, ChatLineRound, DataLine, EditPen, Help, QuestionFilled } from '@element-plus/icons-vue';
import type { Service } from '@/shell/service';

export default {
  label: '服务',
  order: 30,
  pages: [
    {
      path: '/consult',
      name: 'consult',
      title: '咨询收件箱',
      permission: 'answer-readers',
      menu: { label: '咨询收件箱', icon: ChatDotSquare },
      component: () => import('./inbox/InboxPage.vue'),
    },
    {
      path: '/rules',
      name: 'rules',
      title: '自动回复',
      permission: 'keep-answers',
      menu: { label: '自动回复', icon: ChatLineRound },
      component: () => import('./rules/RulesPage.vue'),
    },
    { path: '/rules/:id', name: 'rule', title: '自动回复规则', permission: 'keep-answers', component: () => import('./rules/RulePage.vue') },
    {
      path: '/faqs',
      name: 'faqs',
      title: '常见问题',
      permission: 'keep-answers',
      menu: { label: '常见问题', icon: QuestionFilled },
      component: () => import('./faqs/FaqsPage.vue'),
    },
    { path: '/faqs/measure', name: 'faq-measure', title: '命中率', permission: 'keep-answers', component: () => import('./faqs/MeasurePage.vue') },
    { path: '/faqs/:id', name: 'faq', title: '常见问题', permission: 'keep-answers', component: () => import('./faqs/FaqPage.vue') },
    {
      path: '/consult/unanswered',
      name: 'unanswered',
      title: '未答上的问题',
      permission: 'keep-answers',
      menu: { label: '未答上的问题', icon: Help },
      component: () => import('./more/UnansweredPage.vue'),
    },
    {
      path: '/consult/canned',
      name: 'canned',
      title: '快捷答复',
      permission: 'answer-readers',
      menu: { label: '快捷答复', icon: EditPen },
      component: () => import('./more/CannedPage.vue'),
    },
    {
      path: '/consult/handling',
      name: 'handling',
      title: '办理规则',
      permission: 'keep-answers',
      menu: { label: '办理规则', icon: AlarmClock },
      component: () => import('./more/HandlingPage.vue'),
    },
    {
      path: '/consult/figures',
      name: 'consult-figures',
      title: '咨询统计',
      permission: 'answer-readers',
      menu: { label: '咨询统计', icon: DataLine },
      component: () => import('./more/FiguresPage.vue'),
    },
  ],
} satisfies Service;
