import type { Element, Mapping, Sheet } from '../shapes';

/** Where an element's value comes from: a column of the file, one text for all rows, or a template. */
export interface Source {
  element: string;
  /** `column:档号`, `constant`, `template`, or empty. */
  from: string;
  text: string;
}

export interface Column {
  header: string;
  samples: string[];
}

/** The columns of all sheets, each once, with what stands in its first rows. */
export function columnsOf(sheets: Sheet[]): Column[] {
  const found = new Map<string, Column>();
  for (const sheet of sheets) {
    sheet.headers.forEach((header, n) => {
      const name = header.trim();
      if (!name || found.has(name)) return;
      const samples = sheet.samples.map((row) => row[n] ?? '').filter((text) => text.trim() !== '');
      found.set(name, { header: name, samples: samples.slice(0, 3) });
    });
  }
  return [...found.values()];
}

/** What the headers say by themselves, over all sheets. */
export function guessOf(sheets: Sheet[]): Mapping {
  const columns: Record<string, string> = {};
  for (const sheet of sheets) Object.assign(columns, sheet.guess.columns);
  return { columns, constants: {}, templates: {}, identity: null, patterns: [] };
}

/** What a template may name besides elements. */
const PLACES: [name: string, label: string][] = [['fonds', '全宗号'], ['year', '年度'], ['row', '行号']];

function renamed(text: string, names: [from: string, to: string][]): string {
  return text.replace(/\{([^{}:]+)(:\d+)?\}/g, (whole, name: string, width = '') => {
    const found = names.find(([from]) => from === name.trim());
    return found ? `{${found[1]}${width}}` : whole;
  });
}

/** A template as staff read it: `{全宗号}-{行号:05}` of `{fonds}-{row:05}`. */
function templateShown(text: string, elements: Element[]): string {
  return renamed(text, [...PLACES, ...elements.map(({ name, label }): [string, string] => [name, label])]);
}

/** A template as it is kept, of what staff wrote. */
function templateMeant(text: string, elements: Element[]): string {
  return renamed(text, [...PLACES.map(([name, label]): [string, string] => [label, name]), ...elements.map(({ name, label }): [string, string] => [label, name])]);
}

/** One source for each element that is common or used, in the order of the elements. */
export function sourcesOf(elements: Element[], mapping: Mapping): Source[] {
  type Texts = Record<string, string | undefined>;
  const columns: Texts = mapping.columns;
  const constants: Texts = mapping.constants;
  const templates: Texts = mapping.templates;
  return elements.flatMap((one): Source[] => {
    const { name } = one;
    if (columns[name] !== undefined) return [{ element: name, from: `column:${columns[name].trim()}`, text: '' }];
    if (constants[name] !== undefined) return [{ element: name, from: 'constant', text: constants[name] }];
    if (templates[name] !== undefined) return [{ element: name, from: 'template', text: templateShown(templates[name], elements) }];
    return one.is_common || one.duty === 'always' ? [{ element: name, from: '', text: '' }] : [];
  });
}

export function mappingOf(sources: Source[], identity: string, patterns: string[], elements: Element[]): Mapping {
  const columns: Record<string, string> = {};
  const constants: Record<string, string> = {};
  const templates: Record<string, string> = {};
  for (const one of sources) {
    if (one.from.startsWith('column:')) columns[one.element] = one.from.slice('column:'.length);
    else if (one.from === 'constant' && one.text.trim()) constants[one.element] = one.text.trim();
    else if (one.from === 'template' && one.text.trim()) templates[one.element] = templateMeant(one.text.trim(), elements);
  }
  return { columns, constants, templates, identity: identity || null, patterns };
}
