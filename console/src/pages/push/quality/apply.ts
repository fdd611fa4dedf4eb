import type { Article, Asked, Block, BlockOf, Run } from './shapes';

/**
 * What one click changes in an article. Both give a new article, or nothing where the text is no longer what the finding
 * was about: it was typed on since. Places count characters, not the units of a JavaScript string.
 */

/** Words in the place of others. */
export function replaceIn(article: Article, asked: Asked): Article | null {
  return changed(article, asked, {
    plain: (text) => (cut(text, asked) === asked.found ? spliced(text, asked) : null),
    runs(runs) {
      if (cut(plainOf(runs), asked) !== asked.found) return null;
      const first = pieces(runs, asked).findIndex(({ inside }) => inside);
      return pieces(runs, asked).flatMap(({ run, inside }, at) => {
        if (!inside) return [run];
        return at === first ? [{ ...run, text: asked.text }] : [];
      });
    },
  });
}

/** A note to tap on at some words. Only paragraphs and lists take one. */
export function noteIn(article: Article, asked: Asked): Article | null {
  return changed(article, asked, {
    plain: () => null,
    runs: (runs) =>
      cut(plainOf(runs), asked) === asked.found
        ? pieces(runs, asked).map(({ run, inside }) => (inside ? { ...run, note: asked.text } : run))
        : null,
  });
}

type Span = Pick<Asked, 'from' | 'to'>;

function plainOf(runs: Run[]): string {
  return runs.map((run) => run.text).join('');
}

function cut(text: string, { from, to }: Span): string {
  return [...text].slice(from, to).join('');
}

function spliced(text: string, { from, to, text: words }: Asked): string {
  const signs = [...text];
  return [...signs.slice(0, from), words, ...signs.slice(to)].join('');
}

interface Change {
  plain: (text: string) => string | null;
  runs: (runs: Run[]) => Run[] | null;
}

/** The runs cut at both ends of a place, each with whether it lies inside. */
function pieces(runs: Run[], { from, to }: Span): { run: Run; inside: boolean }[] {
  let start = 0;
  return runs.flatMap((run) => {
    const signs = [...run.text];
    const begins = start;
    start += signs.length;
    const [a, b] = [from - begins, to - begins].map((at) => Math.min(Math.max(at, 0), signs.length)) as [number, number];
    const parts = [signs.slice(0, a), signs.slice(a, b), signs.slice(b)];
    return parts.flatMap((part, n) => (part.length > 0 ? [{ run: { ...run, text: part.join('') }, inside: n === 1 }] : []));
  });
}

function changed(article: Article, asked: Asked, change: Change): Article | null {
  const { block: number, part } = asked;
  if (number === null) {
    const name = (['title', 'author', 'digest'] as const)[part];
    const text = name ? change.plain(article[name]) : null;
    return name && text !== null ? { ...article, [name]: text } : null;
  }
  const block = article.blocks[number];
  const next = block ? changedBlock(block, part, change) : null;
  return next && { ...article, blocks: article.blocks.map((one, at) => (at === number ? next : one)) };
}

/** A list with one of its values changed. */
function at<T>(all: readonly T[], n: number, change: (one: T) => T | null): T[] | null {
  const one = all[n];
  const next = one === undefined ? null : change(one);
  return next === null ? null : all.map((each, k) => (k === n ? next : each));
}

/** The block with one of its texts changed; which text a part is says the service (`ArticlePlace`). */
function changedBlock(block: Block, part: number, { plain, runs }: Change): Block | null {
  switch (block.kind) {
    case 'text': {
      const next = runs(block.runs);
      return next && { ...block, runs: next };
    }
    case 'list': {
      const items = at(block.items, part, runs);
      return items && { ...block, items };
    }
    case 'heading': {
      const text = plain(block.text);
      return text === null ? null : { ...block, text };
    }
    case 'picture': {
      const name = part === 0 ? 'caption' : 'alternative';
      const text = plain(block[name]);
      return text === null ? null : { ...block, [name]: text };
    }
    case 'audio':
    case 'video': {
      const name = (['title', 'transcript'] as const)[part];
      const text = name ? plain(block[name]) : null;
      return name && text !== null ? { ...block, [name]: text } : null;
    }
    case 'quotation': {
      const name = part === 0 ? 'text' : 'source';
      const text = plain(block[name]);
      return text === null ? null : { ...block, [name]: text };
    }
    case 'timeline': {
      const name = part % 2 === 0 ? 'date' : 'text';
      const entries = at(block.entries, Math.floor(part / 2), (one) => {
        const text = plain(one[name]);
        return text === null ? null : { ...one, [name]: text };
      });
      return entries && { ...block, entries };
    }
    case 'table':
      return changedTable(block, part, plain);
    default:
      // Captions of galleries, codes and films, and the words of a record, are changed by hand.
      return null;
  }
}

function changedTable(block: BlockOf<'table'>, part: number, plain: Change['plain']): Block | null {
  if (part < block.head.length) {
    const head = at(block.head, part, plain);
    return head && { ...block, head };
  }
  let cell = part - block.head.length;
  for (const [n, cells] of block.rows.entries()) {
    if (cell < cells.length) {
      const rows = at(block.rows, n, (row) => at(row, cell, plain));
      return rows && { ...block, rows };
    }
    cell -= cells.length;
  }
  return null;
}
