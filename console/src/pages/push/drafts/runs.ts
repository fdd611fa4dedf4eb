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

/** The words with others in the place of those from one character of the plain words to another. */
export function replacedIn(runs: readonly Run[], from: number, to: number, text: string): Run[] {
  let at = 0;
  let put = false;
  return runs.map((run) => {
    const signs = [...run.text];
    const begin = at;
    at += signs.length;
    if (at <= from || begin >= to) return { ...run };
    const words = put ? '' : text;
    put = true;
    return { ...run, text: [...signs.slice(0, Math.max(0, from - begin)), words, ...signs.slice(to - begin)].join('') };
  });
}

/** The words with a note behind a character of the plain words. */
export function notedIn(runs: readonly Run[], to: number, note: string): Run[] {
  let at = 0;
  return runs.flatMap((run) => {
    const signs = [...run.text];
    const begin = at;
    at += signs.length;
    if (to <= begin || to > at) return [{ ...run }];
    if (to === at) return [{ ...run, note: run.note ? `${run.note}；${note}` : note }];
    const { note: later, ...look } = run;
    const rest = { ...look, text: signs.slice(to - begin).join(''), ...(later ? { note: later } : {}) };
    return [{ ...look, text: signs.slice(0, to - begin).join(''), note }, rest];
  });
}
