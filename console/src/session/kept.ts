/**
 * What pages keep in this browser over reload and sign-in, such as a reply not sent yet. It may hold words about
 * readers: all of it stands under one prefix, goes at sign-out, and after a week even if nobody signs out.
 */
const PREFIX = 'lantai-console-kept ';
const DAYS = 7;

export interface Place<Value> {
  read: () => Partial<Value>;
  /** Nothing is kept any more once the one it was kept for has left. */
  write: (value: Value | null) => void;
}

function places(): string[] {
  return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
}

function parsed(name: string): { at?: number; value?: unknown } {
  try {
    return (JSON.parse(localStorage.getItem(name) ?? '{}') ?? {}) as { at?: number; value?: unknown };
  } catch {
    return {};
  }
}

/** A place of one account, which no other account reads. `present` tells whether the account is still signed in. */
export function place<Value extends object>(account: string, name: string, present: () => boolean): Place<Value> {
  const key = `${PREFIX}${account} ${name}`;
  return {
    read: () => (parsed(key).value ?? {}) as Partial<Value>,
    write(value) {
      if (!present()) return;
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ at: Date.now(), value }));
    },
  };
}

export function forgetKept(): void {
  for (const name of places()) localStorage.removeItem(name);
}

export function forgetOld(): void {
  for (const name of places()) {
    if (Date.now() - (parsed(name).at ?? 0) > DAYS * 86_400_000) localStorage.removeItem(name);
  }
}
