import { reactive } from 'vue';
import { kindOf } from './problem';

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const HEADER = 'x-form-token';

/** What the session tells the client, and is told by it; set once by `session/session.ts`. */
export interface Keeper {
  formToken(): string | null;
  /** Reads the session again; whether the same person is still in. */
  renew(): Promise<boolean>;
  expired(): void;
}

let keeper: Keeper | null = null;

export function keepWith(given: Keeper): void {
  keeper = given;
}

/** Whether the server answered last time it was asked. */
export const connection = reactive({ lost: false });

async function plain(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    connection.lost = false;
    return response;
  } catch (error) {
    if (!request.signal.aborted) connection.lost = true;
    throw error;
  }
}

async function isRefusal(response: Response, status: number, kind: string): Promise<boolean> {
  if (response.status !== status) return false;
  const body: unknown = await response.clone().json().catch(() => null);
  return typeof body === 'object' && body !== null && 'type' in body && kindOf(body.type) === kind;
}

/** `fetch` with the form token, and with an eye on the session and the network. */
export async function send(request: Request): Promise<Response> {
  const changing = CHANGING.has(request.method);
  const token = changing ? keeper?.formToken() : null;
  if (token) request.headers.set(HEADER, token);
  const again = changing ? request.clone() : null;
  let response = await plain(request);
  // Another tab may have signed in meanwhile: the token changed, the person did not.
  if (again && keeper && (await isRefusal(response, 403, 'form-expired')) && (await keeper.renew())) {
    again.headers.set(HEADER, keeper.formToken() ?? '');
    response = await plain(again);
  }
  // A wrong password is no end of the session.
  if (response.status === 401 && !(await isRefusal(response, 401, 'sign-in-refused'))) keeper?.expired();
  return response;
}
