import { api, call } from '@/api/client';
import { isOpen } from './said';

const SIZE = 200;

export interface Read {
  /** 档号 of those whose opinions do not agree. */
  open: string[];
  /** 档号 of those that all would keep closed, without a day of the next review. */
  undated: string[];
  /** Who gave an initial or a second opinion: none of them may decide. */
  by: Set<string>;
}

/** Reads all opinions of a batch. */
export async function readOpinions(number: number, records: number, signal?: AbortSignal): Promise<Read> {
  const read: Read = { open: [], undated: [], by: new Set() };
  for (let page = 1; (page - 1) * SIZE < records; page += 1) {
    const { items } = await call(api.GET('/api/v1/review/batches/{number}/records', { params: { path: { number }, query: { page, size: SIZE } }, signal }));
    for (const one of items) {
      const said = one.opinions.filter(({ step }) => step !== 'final');
      if (isOpen(one)) read.open.push(one.reference_code);
      else if (said[0]?.verdict !== 'open' && !said.some(({ review_on }) => review_on)) read.undated.push(one.reference_code);
      for (const { step, by } of one.opinions) if (step === 'initial' || step === 'second') read.by.add(by);
    }
  }
  return read;
}
