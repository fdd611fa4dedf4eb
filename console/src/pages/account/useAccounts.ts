import { computed, type ComputedRef } from 'vue';
import { api, call } from '@/api/client';
import { useLoad, type Load } from '@/shared/useLoad';
import { useQuery, type Query } from '@/shared/useQuery';
import type { OfficialAccount } from './shapes';

export interface Chosen {
  load: Load<{ items: OfficialAccount[] }>;
  query: Query<{ account: string }>;
  accounts: ComputedRef<OfficialAccount[]>;
  /** The one in the address, else the first that may do what the page is about. */
  account: ComputedRef<OfficialAccount | null>;
}

/** The official accounts, and the one a page shows. */
export function useAccounts(may: (account: OfficialAccount) => boolean = () => true): Chosen {
  const load = useLoad((signal) => call(api.GET('/api/v1/official-accounts', { signal })));
  const query = useQuery({ account: '' });
  const accounts = computed(() => load.data.value?.items ?? []);
  const account = computed(() => {
    const named = accounts.value.find((one) => one.name === query.applied.value.account);
    return named ?? accounts.value.find(may) ?? accounts.value[0] ?? null;
  });
  return { load, query, accounts, account };
}
