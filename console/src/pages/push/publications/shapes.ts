import type { Shape } from '@/api/client';

export type Publication = Shape<'PublicationLine'>;

/** How the states look; their words come with the publications. */
export const TONES: Record<string, 'plain' | 'done' | 'warn' | 'error' | 'info'> = {
  planned: 'info',
  submitting: 'info',
  queued: 'info',
  unknown: 'warn',
  published: 'done',
  refused: 'error',
  gone: 'plain',
};

/** The states one looks for. */
export const STATES: Record<string, string> = {
  queued: '微信正在发布',
  unknown: '结果待核对',
  published: '已发布',
  refused: '没有发布',
  gone: '已删除',
};

export function titleOf(publication: Publication): string {
  return publication.articles.map(({ title }) => title).join('；');
}
