import type { Random } from '../time/index.js';

/** How often each clip was used, in all and for each purpose. */
export class Usage {
  #total = new Map<string, number>();
  #forPurpose = new Map<string, number>();

  count(clip: string, purpose: string): void {
    this.#total.set(clip, (this.#total.get(clip) ?? 0) + 1);
    this.#forPurpose.set(`${purpose}|${clip}`, (this.#forPurpose.get(`${purpose}|${clip}`) ?? 0) + 1);
  }

  /**
   * The item whose clip was used least in all, then least for this purpose, at random among equals. Items to `avoid` come last.
   */
  least<T>(items: readonly T[], clipOf: (item: T) => string, purpose: string, random: Random, avoid: (clip: string) => boolean = () => false): T {
    const ranked = items.map((item) => {
      const clip = clipOf(item);
      const rank = [Number(avoid(clip)), this.#total.get(clip) ?? 0, this.#forPurpose.get(`${purpose}|${clip}`) ?? 0, random()];
      return { item, rank };
    });
    ranked.sort((a, b) => a.rank.map((value, i) => value - b.rank[i]).find((difference) => difference !== 0) ?? 0);
    return ranked[0].item;
  }
}
