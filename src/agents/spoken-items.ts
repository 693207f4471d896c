/** What a client tells the service of an item that the user did not hear to its end. */
export interface CutItem {
  readonly itemId: string;
  readonly contentIndex: number;
  /** Samples of it that were heard. */
  readonly heardSamples: number;
}

interface SpokenItem {
  readonly responseId: string;
  readonly itemId: string;
  readonly contentIndex: number;
  /** Where its samples lie in all that were handed over. */
  readonly from: number;
  to: number;
}

/** An item that has been heard need not be known: only the latest ones are kept. */
const mostItems = 100;

/** The spoken items that a client has been sent, by their place in the stream of samples it handed to its player. */
export class SpokenItems {
  #items: SpokenItem[] = [];
  #handed = 0;

  /** The item's next samples have been handed over. */
  add(responseId: string, itemId: string, contentIndex: number, samples: number): void {
    const last = this.#items.at(-1);
    const from = this.#handed;
    this.#handed += samples;
    if (last && last.itemId === itemId && last.contentIndex === contentIndex) last.to = this.#handed;
    else this.#items.push({ responseId, itemId, contentIndex, from, to: this.#handed });
    if (this.#items.length > mostItems) this.#items.shift();
  }

  /**
   * The items that are cut where the client drops what it has not played, oldest first; they are forgotten. One of a response that is
   * still going on is cut even where all that has come of it was heard.
   * @param playedTo samples played of all that were handed over
   */
  cut(playedTo: number, goingOn: string | null): CutItem[] {
    const cut = this.#items.filter(({ responseId, to }) => to > playedTo || responseId === goingOn);
    this.#items = [];
    return cut.map(({ itemId, contentIndex, from, to }) => ({ itemId, contentIndex, heardSamples: Math.max(0, Math.min(playedTo, to) - from) }));
  }
}
