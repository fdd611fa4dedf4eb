import { reactive } from 'vue';
import { createRouter, createWebHistory, START_LOCATION } from 'vue-router';
import { useSession } from '@/session/session';
import { routesOf, type Service } from '@/shell/service';

const found = import.meta.glob<{ default: Service }>('./pages/*/routes.ts', { eager: true });

/** All services, in the order of the menu. */
export const services: Service[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => a.order - b.order);

/** Whether the page that comes up is to take the focus: after a move, not on the first load. */
export const arrival = reactive({ pending: false, failed: false });

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('@/pages/session/SignInPage.vue'), meta: { open: true } },
    { path: '/first-start', name: 'first-start', component: () => import('@/pages/session/FirstStartPage.vue'), meta: { open: true } },
    ...services.flatMap(routesOf),
    { path: '/:rest(.*)*', name: 'not-found', component: () => import('@/pages/session/NotFoundPage.vue') },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

router.beforeEach(async (to, from) => {
  const { state, isIn, load } = useSession();
  if (!state.known) await load();
  if (state.trouble && !state.known) return true;
  if (isIn.value && (to.name === 'sign-in' || to.name === 'first-start')) return { name: 'home' };
  if (!isIn.value && !to.meta.open) {
    return { name: 'sign-in', query: to.path === '/' ? {} : { from: to.fullPath } };
  }
  if (from !== START_LOCATION && to.path !== from.path) arrival.pending = true;
  return true;
});

router.afterEach(() => {
  arrival.failed = false;
});

// A page's file is gone after an upgrade: one reload brings the new index; a second failure is told.
router.onError((error: unknown, to) => {
  if (!(error instanceof TypeError)) return;
  const key = `lantai-console-reload ${to.path}`;
  if (sessionStorage.getItem(key)) {
    sessionStorage.removeItem(key);
    arrival.failed = true;
  } else {
    sessionStorage.setItem(key, '1');
    location.assign(router.resolve(to.fullPath).href);
  }
});
