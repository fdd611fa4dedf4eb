import type { Shape } from '@/api/client';

export type Line = Shape<'SubjectList'>['items'][number];

/** A heading of the directory with its place in the tree. */
export interface Heading extends Line {
  name: string;
  /** How many stand above it. */
  depth: number;
  /** The code of the one right above. */
  under: string | null;
  /** Headings right below it. */
  below: number;
}

/** The headings with their places: the list names each by its path from the top down. */
export function headingsOf(lines: Line[]): Heading[] {
  const byPath = new Map(lines.map((line) => [line.path, line]));
  const all = lines.map((line): Heading => {
    const steps = line.path.split('/');
    const above = byPath.get(steps.slice(0, -1).join('/'));
    return { ...line, name: steps[steps.length - 1] ?? line.path, depth: steps.length - 1, under: above?.code ?? null, below: 0 };
  });
  for (const one of all) one.below = all.filter((other) => other.under === one.code).length;
  return all;
}

/** Where a heading may be moved: not below itself. */
export function placesFor(heading: Heading, all: Heading[]): Heading[] {
  return all.filter((one) => one.code !== heading.code && !one.path.startsWith(`${heading.path}/`));
}
