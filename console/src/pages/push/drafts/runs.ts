import type { Run } from './shapes';

/**
 * A paragraph as it is typed: `**加粗**`, and a note in 〔注：…〕 right behind the words it is about. What is typed stays
 * readable as it is, and comes back the same.
 */
const NOTE = /^〔注：([^〔〕]*)〕/;

function add(runs: Run[], text: string, strong: boolean): void {
  if (!text) return;
  const last = runs[runs.length - 1];
  if (last && !last.note && Boolean(last.strong) === strong) last.text += text;
  else runs.push({ text, ...(strong ? { strong } : {}) });
}

/** Typed text as words of one look each. Marks that are not closed stay as they were typed. */
export function runsOf(typed: string): Run[] {
  const runs: Run[] = [];
  let strong = false;
  let plain = '';
  let rest = typed;
  const flush = (): void => {
    add(runs, plain, strong);
    plain = '';
  };
  while (rest) {
    const note = NOTE.exec(rest);
    if (note) {
      flush();
      const last = runs[runs.length - 1];
      const words = (note[1] ?? '').trim();
      if (words && last && !last.note) last.note = words;
      else if (words) runs.push({ text: '', note: words });
      rest = rest.slice(note[0].length);
    } else if (rest.startsWith('**') && (strong || rest.indexOf('**', 2) > 2)) {
      flush();
      strong = !strong;
      rest = rest.slice(2);
    } else {
      const first = [...rest][0] ?? '';
      plain += first;
      rest = rest.slice(first.length);
    }
  }
  flush();
  return runs;
}

/** Words as they are typed. */
export function typedOf(runs: readonly Run[]): string {
  return runs
    .map(({ text, strong, note }) => `${strong && text ? `**${text}**` : text}${note ? `〔注：${note}〕` : ''}`)
    .join('');
}

/** Words without their looks and notes. */
export function plainOf(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join('');
}

/** The paragraphs of what was pasted: no blank ones, no signs that cannot be seen. */
export function paragraphsOf(pasted: string): string[] {
  const clean = pasted.replace(/\r\n?/g, '\n').replace(/[\u200b\u200c\u200d\ufeff\u00ad]/g, '').replace(/[\t\u00a0]/g, ' ');
  return clean.split('\n').map((line) => line.trim()).filter(Boolean);
}
