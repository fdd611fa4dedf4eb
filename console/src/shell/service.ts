import type { Component } from 'vue';
import type { RouteComponent, RouteRecordRaw } from 'vue-router';
import type { Permission } from '@/session/permissions';

declare module 'vue-router' {
  interface RouteMeta {
    /** Seen without a session: the sign-in page alone. */
    open?: boolean;
    permission?: Permission;
    /** Any one of these will do. */
    anyOf?: Permission[];
    title?: string;
  }
}

export interface Page {
  /** Below /console, such as `/staff/:name`. */
  path: string;
  name: string;
  title: string;
  /** Who may see it; none means everybody who is in. */
  permission?: Permission;
  anyOf?: Permission[];
  /** Given if the page stands in the menu. */
  menu?: { label: string; icon: Component };
  component: () => Promise<RouteComponent | { default: RouteComponent }>;
}

/** One heading of the menu with its pages; the default export of src/pages/<service>/routes.ts. */
export interface Service {
  /** Heading of the menu. Services with the same heading stand together. */
  label: string;
  order: number;
  pages: Page[];
}

export function routesOf(service: Service): RouteRecordRaw[] {
  return service.pages.map(({ path, name, title, permission, anyOf, component }) => ({
    path,
    name,
    component,
    meta: { title, permission, anyOf },
  }));
}
