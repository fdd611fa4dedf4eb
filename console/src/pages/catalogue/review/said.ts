import { dayInWords } from '@/shared/archival';
import type { ReviewRecord, ReviewWords, Said } from '../shapes';

/** An opinion being written. */
export interface SaidDraft {
  verdict: string;
  reason: string;
  text: string;
  review_on: string;
}

export function blank(): SaidDraft {
  return { verdict: '', reason: '', text: '', review_on: '' };
}

export function draftOf(said: Said): SaidDraft {
  return { verdict: said.verdict, reason: said.reason ?? '', text: said.text ?? '', review_on: said.review_on ?? '' };
}

/** What is opened needs neither a reason nor another review. */
export function saidOf(draft: SaidDraft): Said {
  const stays = draft.verdict !== 'open';
  return {
    verdict: draft.verdict,
    reason: stays ? draft.reason || null : null,
    text: draft.text.trim() || null,
    review_on: stays ? draft.review_on || null : null,
  };
}

export function faultsOf(draft: SaidDraft): { verdict: string | null; reason: string | null } {
  return {
    verdict: draft.verdict ? null : '请选一种意见。',
    reason: draft.verdict && draft.verdict !== 'open' && !draft.reason ? '不开放的要选理由。' : null,
  };
}

const labelOf = (words: { name: string; label: string }[], name: string): string => words.find((one) => one.name === name)?.label ?? name;

/** 延期开放（个人信息、知识产权），2031年1月2日再审 */
export function inWords(said: Said, words: ReviewWords): string {
  const reason = said.reason ? `（${labelOf(words.reasons, said.reason)}）` : '';
  return `${labelOf(words.verdicts, said.verdict)}${reason}${said.review_on ? `，${dayInWords(said.review_on)}再审` : ''}`;
}

/** Whether the opinions on a record leave it to the final decision what becomes of it. */
export function isOpen(record: ReviewRecord): boolean {
  const verdicts = record.opinions.filter((one) => one.step !== 'final').map((one) => one.verdict);
  return new Set(verdicts).size > 1;
}

/** What the law and its regulation ask of each step, in a few sentences. */
export const LAW: Record<string, string[]> = {
  initial: ['形成满 25 年的档案应当向社会开放；经济、教育、科技、文化等类可以少于 25 年（档案法第二十七条）。', '不开放的，要写明理由（国家档案馆档案开放办法）。'],
  second: ['复审要由初审以外的另一个人进行。'],
  send: ['馆藏档案的开放审核，由档案馆会同形成档案的单位或移交单位共同负责（档案法第三十条）。', '形成单位已撤销的，送继承单位；也没有继承单位的，由本馆单独审核。'],
  decide: [
    '终审要由没有给过初审、复审意见的第三个人决定。',
    '各步意见一致的照意见办；不一致的，要逐条写明怎么办。',
    '不开放的，要有理由和下次审核日期。',
    '满 25 年仍不开放的，要写明同意延期的档案主管部门和文号（档案法实施条例第三十一条）。',
  ],
  'carry-out': ['开放的档案要公布目录（档案法第二十八条、档案法实施条例第二十九条）。'],
};
