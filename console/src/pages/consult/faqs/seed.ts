/** What a new question begins with when it comes from a question nobody could answer. Handed over in memory: it holds readers' words. */
export interface Seed {
  question: string;
  variants: string[];
  /** The cluster, to be taken off the list once the question is there. */
  cluster: string;
}

let seed: Seed | null = null;

export function plant(given: Seed): void {
  seed = given;
}

export function takeSeed(): Seed | null {
  const taken = seed;
  seed = null;
  return taken;
}
