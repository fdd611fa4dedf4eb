import { computed, reactive, watch, type ComputedRef } from 'vue';
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router';

type Fields = Record<string, string>;

export interface Query<F extends Fields> {
  /** What stands in the fields of the filter bar, not yet applied. */
  draft: F;
  /** What the address says: load by this. */
  applied: ComputedRef<F>;
  /** Whether any field differs from its default. */
  filtered: ComputedRef<boolean>;
  /** Puts the draft into the address; paging starts anew. */
  apply: () => void;
  /** Changes some fields at once, such as the page or the order. */
  set: (some: Partial<F>) => void;
  clear: () => void;
}

/**
 * The filters of a list in its address, so that Back, reload and a copied link show the same list.
 * All fields are texts. `paging` names those that a new filter resets and that do not count as filters; of them the order
 * and what stands under tabs (`stays`) are left as they are.
 */
export function useQuery<F extends Fields>(
  defaults: F,
  paging: (keyof F & string)[] = ['page', 'before', 'sort'],
  stays: (keyof F & string)[] = ['sort'],
): Query<F> {
  const route = useRoute();
  const router = useRouter();
  const names = Object.keys(defaults) as (keyof F & string)[];
  const home = route.path;

  const applied = computed<F>(() => {
    const told = { ...defaults };
    for (const name of names) {
      const value = route.query[name];
      if (typeof value === 'string') told[name] = value as F[typeof name];
    }
    return told;
  });
  const draft = reactive({ ...applied.value }) as F;
  watch(applied, (now) => {
    if (route.path === home) Object.assign(draft, now);
  });

  function go(fields: F): void {
    const query: LocationQueryRaw = {};
    for (const name of names) if (fields[name] !== defaults[name]) query[name] = fields[name];
    void router.push({ path: route.path, query });
  }

  function apply(): void {
    const of = (fields: F, some: (keyof F & string)[]) =>
      Object.fromEntries(some.filter((name) => name in defaults).map((name) => [name, fields[name]]));
    go({ ...draft, ...of(defaults, paging), ...of(applied.value, stays) } as F);
  }

  return {
    draft,
    applied,
    filtered: computed(() => names.some((name) => !paging.includes(name) && applied.value[name] !== defaults[name])),
    apply,
    set: (some) => go({ ...applied.value, ...some }),
    clear: () => go({ ...defaults }),
  };
}
