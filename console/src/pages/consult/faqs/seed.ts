/** What a new question begins with when it comes from a question nobody could answer. Handed over in memory: it holds readers' words. */
export interface Seed {
  question: string;
  /** The kept question these words are added to; none: a new one. */
  faq: string | null;
  variants: string[];
  /** The cluster, to be taken off the list once the question is there. */
  cluster: string;
}

let seed: Seed | null = null;

export function plant(given: Seed): void {
  seed = given;
}

/** What was planted for this question. */
export function takeSeed(faq: string | null): Seed | null {
  const taken = seed?.faq === faq ? seed : null;
  seed = null;
  return taken;
}
