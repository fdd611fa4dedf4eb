import type { components } from './schema';

export type ProblemBody = components['schemas']['Problem'];

/** What the server refused, or that it could not be reached. `message` is a whole Chinese sentence for staff. */
export class Problem extends Error {
  readonly status: number;
  readonly kind: string;
  readonly title: string;

  constructor(status: number, kind: string, title: string, detail: string) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.kind = kind;
    this.title = title;
  }

  /** The session is over; the sign-in screen is already up. */
  get signedOut(): boolean {
    return this.status === 401 && this.kind !== 'sign-in-refused';
  }
}

/** The last part of a problem's `type`, such as `form-expired`. */
export function kindOf(type: unknown): string {
  return typeof type === 'string' ? (type.split(/[/#:]/).pop() ?? '') : '';
}

/** Any error as a problem: what is not one of the server's is a fault of this page or of the network. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) {
    return new Problem(0, 'unreachable', '连接中断', '连不上服务器，请检查网络后重试。');
  }
  return new Problem(0, 'unexpected', '出了问题', '页面遇到意外情况，请刷新后重试。');
}

/** A problem from the body of an answer that was not a success. */
export function problemOf(status: number, body: unknown): Problem {
  const told = typeof body === 'object' && body !== null ? (body as Partial<ProblemBody>) : {};
  const detail = told.detail ?? told.title ?? `服务器没有完成这次请求（${status}），请稍后重试。`;
  return new Problem(status, kindOf(told.type), told.title ?? '没有完成', detail);
}
