import { unlessRaised } from './unless-raised.js';

/** What lanes do with each item. */
export interface LaneWork<Item, Ready, Done> {
  /** How many items are under way at once. */
  readonly lanes: number;
  /** Raised: nothing new is begun, and what is under way is left. */
  readonly signal: AbortSignal;
  /** What can be done before an item's turn comes; done for as many items as there are lanes. */
  prepare(item: Item): Promise<Ready>;
  run(item: Item, ready: Ready, lane: number): Promise<Done>;
  /** Takes in what came of it, one at a time, while the lanes go on; `again` puts the item before those that have not begun: at the end few lanes would be left for it. */
  judge(item: Item, done: Done): Promise<'done' | 'again'>;
}

/** Lanes wait while more than this many items a lane are not judged yet: their results take memory. */
const mostUnjudged = 4;

/**
 * Works through items in order, `lanes` of them at a time: each lane takes the next item as soon as its last one is over. Ends when all
 * are judged, or early when the signal is raised.
 * @throws whatever any of the steps throws, the first of them
 */
export async function runLanes<Item, Ready, Done>(items: readonly Item[], work: LaneWork<Item, Ready, Done>): Promise<void> {
  const queue = new LaneQueue(items, work);
  await Promise.all(Array.from({ length: Math.min(work.lanes, items.length) }, (_, lane) => queue.serve(lane)));
  await queue.judged();
}

class LaneQueue<Item, Ready, Done> {
  readonly #work: LaneWork<Item, Ready, Done>;
  readonly #waiting: Item[];
  /** What is wanted again, in order. */
  readonly #returned: Item[] = [];
  readonly #prepared: { readonly item: Item; readonly ready: Promise<Ready> }[] = [];
  /** What is being judged, and what waits for that, in order. */
  readonly #judging: Promise<void>[] = [];
  #failed = false;

  constructor(items: readonly Item[], work: LaneWork<Item, Ready, Done>) {
    this.#waiting = [...items];
    this.#work = work;
  }

  async serve(lane: number): Promise<void> {
    const { signal, run, lanes } = this.#work;
    try {
      for (let next = await this.#next(); next && !signal.aborted && !this.#failed; next = await this.#next()) {
        const { item } = next;
        const done = await unlessRaised(signal, next.ready.then((ready) => run(item, ready, lane)));
        // What was under way when the signal came is left: it is not a measurement.
        if (done === null) return;
        this.#hand(item, done);
        while (this.#judging.length > mostUnjudged * lanes) await this.#judging[0];
      }
    } catch (thrown) {
      this.#failed = true;
      throw thrown;
    }
  }

  async judged(): Promise<void> {
    while (this.#judging.length > 0) await this.#judging[0];
  }

  /** The next item; null when there is none and none can come back. */
  async #next(): Promise<{ readonly item: Item; readonly ready: Promise<Ready> } | null> {
    for (;;) {
      while (this.#prepared.length < this.#work.lanes) {
        const item = this.#returned.shift() ?? this.#waiting.shift();
        if (item === undefined) break;
        const ready = this.#work.prepare(item);
        // Whoever takes the item learns what went wrong.
        ready.catch(() => {});
        this.#prepared.push({ item, ready });
      }
      const next = this.#prepared.shift();
      // What still runs elsewhere is looked after by its own lane if it comes back.
      if (next || this.#judging.length === 0) return next ?? null;
      await this.#judging[0];
    }
  }

  #hand(item: Item, done: Done): void {
    const before = this.#judging.at(-1);
    const judged = (async () => {
      await before;
      const verdict = await this.#work.judge(item, done);
      if (verdict === 'again') this.#returned.push(item);
      void this.#judging.shift();
    })();
    // Whoever waits for it learns what went wrong; it stays, and so does what comes after it.
    judged.catch(() => (this.#failed = true));
    this.#judging.push(judged);
  }
}
