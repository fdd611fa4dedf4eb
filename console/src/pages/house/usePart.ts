import { computed, ref, type Ref } from 'vue';
import type { Problem } from '@/api/problem';
import { said } from '@/shared/message';
import { useAct } from '@/shared/useAct';
import { type House, keepPart, type Part, versionOf } from './house';

export interface PartForm {
  /** Whether something was changed that is not kept yet. */
  dirty: Readonly<Ref<boolean>>;
  /** Whether it was to be saved: what is missing is told from then on. */
  tried: Ref<boolean>;
  busy: Readonly<Ref<boolean>>;
  problem: Readonly<Ref<Problem | null>>;
  /** Saves what has no fault; `over` lays it over another's change. */
  submit: (over: boolean) => Promise<void>;
  /** What the form holds is what is kept. */
  settle: () => void;
}

/** The form of a part of the house: what it holds, how many faults that has, what is said once it is kept. */
export function usePart(house: House, part: () => Part, form: { faults: () => number; told: string; saved: () => void }): PartForm {
  const held = computed(() => JSON.stringify(part()));
  const before = ref(held.value);
  const tried = ref(false);
  const settle = (): void => void (before.value = held.value);

  const { busy, problem, run } = useAct(async (over: boolean) => {
    await keepPart(part(), versionOf(house, part().part), over);
    settle();
    said(form.told);
    form.saved();
  });

  async function submit(over: boolean): Promise<void> {
    tried.value = true;
    if (form.faults() === 0) await run(over);
  }

  return { dirty: computed(() => held.value !== before.value), tried, busy, problem, submit, settle };
}
