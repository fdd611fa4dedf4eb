import createClient from 'openapi-fetch';
import { send } from './send';
import { asProblem, problemOf } from './problem';
import type { components, paths } from './schema';

/** The typed client. Wrap each call in `call`: it hands back the body or throws a `Problem`. */
export const api = createClient<paths>({ baseUrl: '/', fetch: send });

/** The shapes of the API by name: `Shape<'StaffAccount'>`. */
export type Shape<Name extends keyof components['schemas']> = components['schemas'][Name];

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or a `Problem`. */
export async function call<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  try {
    const { data, error, response } = await asked;
    if (!response.ok) throw problemOf(response.status, error);
    return data as Data;
  } catch (error) {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : asProblem(error);
  }
}
