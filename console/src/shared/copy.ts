/** Copies text; whether it worked. The clipboard interface exists only over https, so the old way stays behind it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('readonly', '');
  field.className = 'sr-only';
  const held = document.activeElement;
  // Inside a dialog that traps the focus a field elsewhere could not be selected.
  (held?.parentElement ?? document.body).append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (held instanceof HTMLElement) held.focus();
  return done;
}
