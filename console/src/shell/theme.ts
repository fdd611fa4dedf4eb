import { ref } from 'vue';

const KEY = 'lantai-console-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function chosen(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Whether the page is dark. public/theme.js has set the class before the first paint. */
export const dark = ref(document.documentElement.classList.contains('dark'));

function show(value: boolean): void {
  dark.value = value;
  document.documentElement.classList.toggle('dark', value);
}

system.addEventListener('change', () => {
  if (!chosen()) show(system.matches);
});

/** Switches, and remembers only what differs from the system's own choice. */
export function switchTheme(): void {
  show(!dark.value);
  try {
    if (dark.value === system.matches) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, dark.value ? 'dark' : 'light');
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
