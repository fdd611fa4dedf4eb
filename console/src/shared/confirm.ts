import { shallowRef } from 'vue';
import { keepFocus } from './focus';

export interface Question {
  /** The act as the button says it: 停用账号. */
  act: string;
  /** The name of what it is done to; the question reads 停用账号“李文书”？ */
  object: string;
  /** What will follow, in one or two sentences. */
  consequence?: string;
  danger?: boolean;
  /** What the button that leaves all as it is says, if not 不做改动. */
  leave?: string;
  /** The act itself. Its problem is shown in the dialog, which then stays open. */
  run: () => Promise<unknown>;
}

export interface Asked extends Question {
  settle: (done: boolean) => void;
}

/** The question being asked; App.vue shows it. */
export const asked = shallowRef<Asked | null>(null);

/** Asks with the object's name, does the act, and says whether it was done. */
export function confirmAct(question: Question): Promise<boolean> {
  const from = document.activeElement;
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      settle(done) {
        asked.value = null;
        // The row may be gone when its list comes anew.
        if (done) keepFocus(from);
        resolve(done);
      },
    };
  });
}
