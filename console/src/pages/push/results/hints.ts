import { api, call, type Shape } from '@/api/client';
import { useLoad, type Load } from '@/shared/useLoad';

export type Hints = Shape<'ArticleHints'>;
type Hint = Shape<'ArticleHint'>;

const number = new Intl.NumberFormat('zh-CN');

/** What an account's own past says about titles and times. */
export function useHints(account: () => string): Load<Hints | null> {
  return useLoad<Hints | null>(
    async (signal) => (account() ? call(api.GET('/api/v1/push/results/hints', { params: { query: { account: account() } }, signal })) : null),
    account,
  );
}

/** A thousandth as people say it: 12.3 of a hundred. */
function share(rate: number): string {
  return number.format(rate / 10);
}

/** One sentence about what stands out, or that nothing does. `what` is 标题, 发出的钟点 and the like. */
export function told(hint: Hint, what: string): string {
  const all = `近两年 ${hint.articles} 篇推文，每 100 位收到的人里一般有 ${share(hint.rate)} 位看`;
  return hint.best ? `${all}；${what}是${hint.best.label}的 ${hint.best.articles} 篇，有 ${share(hint.best.rate)} 位。` : `${all}，${what}不同看不出差别。`;
}
