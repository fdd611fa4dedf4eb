import { computed, onScopeDispose, ref, useAttrs, useId, watch, type ComputedRef, type Ref } from 'vue';

// Told a moment after the field is left: a word that comes up moves what is below it, and the press that left the field would miss its button.
const PRESS = 250;

export interface Typed {
  /** What stands in the field. */
  text: Ref<string>;
  /** What is told about it once it was left. */
  fault: ComputedRef<string | null>;
  faultId: string;
  describedby: ComputedRef<string | undefined>;
  /** The field's own attributes; a class is for where it stands. */
  named: ComputedRef<Record<string, unknown>>;
  onInput: () => void;
  onLeave: () => void;
}

/**
 * A field in which something is typed in any usual form: `read` makes the form in which it is kept of it, or null. What cannot be
 * read is handed on as it was typed, and `faultOf` tells it here: the service refuses it, and nothing is lost in silence.
 */
export function useTyped(model: Ref<string>, read: (text: string) => string | null, faultOf: (value: string) => string | null): Typed {
  const attrs = useAttrs();
  const named = computed(() => ({ ...attrs, class: undefined }));
  const faultId = useId();
  const text = ref(model.value);
  const left = ref(true);
  const fault = computed(() => (left.value && model.value ? faultOf(model.value) : null));
  const describedby = computed(() => [attrs['aria-describedby'], fault.value && faultId].filter(Boolean).join(' ') || undefined);
  const kept = (): string => read(text.value) ?? text.value.trim();

  watch(model, (value) => {
    if (value !== kept()) text.value = value;
  });

  let leaving: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(leaving));

  function onInput(): void {
    clearTimeout(leaving);
    left.value = false;
    model.value = kept();
  }

  function onLeave(): void {
    clearTimeout(leaving);
    leaving = setTimeout(() => (left.value = true), PRESS);
    text.value = model.value;
  }

  return { text, fault, faultId, describedby, named, onInput, onLeave };
}
