/** What a new batch begins with when it comes from the records. Handed over in memory: it may be thousands of 档号. */
let chosen: string[] = [];

export function choose(codes: string[]): void {
  chosen = codes;
}

export function takeChosen(): string[] {
  const taken = chosen;
  chosen = [];
  return taken;
}
