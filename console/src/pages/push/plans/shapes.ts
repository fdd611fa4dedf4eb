import type { Shape } from '@/api/client';

/** The shapes of the API that these pages use, under the names they use them by. */
export type Plan = Shape<'PlanLine'>;
export type Whole = Shape<'PlanWhole'>;
export type Call = Shape<'PlanCall'>;
export type Month = Shape<'PlanMonth'>;
export type Day = Shape<'PlanDay'>;
export type Prospect = Shape<'PlanProspect'>;
export type Roll = Shape<'PlanRoll'>;

type Tone = 'plain' | 'done' | 'warn' | 'error' | 'info';

/** How the stages look; their words come with the plans. */
export const TONES: Record<string, Tone> = {
  planned: 'info',
  sending: 'info',
  unknown: 'warn',
  sent: 'done',
  failed: 'error',
  stopped: 'plain',
  expired: 'warn',
  withheld: 'error',
};

export const STAGES: Record<string, string> = {
  planned: '待发送',
  sending: '发送中',
  unknown: '结果待核对',
  sent: '已发出',
  failed: '没有发出',
  stopped: '已停止',
  expired: '过期未发',
  withheld: '已拦下',
};

const number = new Intl.NumberFormat('zh-CN');

/** Whom a plan is for, with how many they are where that is known. */
export function whom(plan: Plan): string {
  return plan.people === null ? plan.whom : `${plan.whom}（${number.format(plan.people)} 位）`;
}

export function count(people: number): string {
  return number.format(people);
}
