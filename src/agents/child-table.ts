import { signalGroup } from './child-group.js';
import { StrayMark } from './strays.js';

/** What the thread that starts children and the one that ends them share. */
export interface ChildMemory {
  /** Shared. Whether the table is closed, then the places: what is in each, or the process id of the child that has it. */
  readonly cells: Int32Array;
  /** The text of the mark that the marks of all children are within. */
  readonly mark: string;
}

/** In the first cell. */
const closed = 1;
/** In a place. */
const free = 0;
const starting = -1;
/** The child has ended and its id may be another's by now; what it started may still run. */
const ended = -2;

/** Several times the sessions at once that there can be. */
const defaultPlaces = 2 ** 14;
/** How long a thread that is starting a child as the table is closed is waited for, ms: that ends with a system call. */
const startLimitMs = 1000;

/**
 * The children that one thread has started and has not seen the end of, and what they have started. In memory that another thread may have
 * too, which can then close it at any moment.
 */
export class ChildTable {
  readonly memory: ChildMemory;
  readonly #mark: StrayMark;

  constructor(memory: ChildMemory) {
    this.memory = memory;
    this.#mark = new StrayMark(memory.mark);
  }

  /** @param places how many children may run at once */
  static make(places = defaultPlaces): ChildTable {
    const cells = new Int32Array(new SharedArrayBuffer((1 + places) * Int32Array.BYTES_PER_ELEMENT));
    return new ChildTable({ cells, mark: new StrayMark().text });
  }

  /**
   * A place for a child that is about to be started. Called by one thread only.
   * @throws Error where the table is closed or full
   */
  take(): ChildPlace {
    const { cells } = this.memory;
    const cell = cells.indexOf(free, 1);
    if (cell < 0) throw new Error(`the agent's command cannot be started: ${cells.length - 1} are running already`);
    const place = new ChildPlace(cells, cell, this.#mark.within());
    // Whoever closes the table looks at the places afterwards: either it sees this one, or it is seen here.
    if (Atomics.load(cells, 0) !== closed) return place;
    place.leave();
    throw new Error("the agent's command is not started: the program is ending");
  }

  /** Ends all children and what they have started, now and without waiting for their end; none can be started afterwards. Never throws. */
  close(): void {
    const { cells } = this.memory;
    Atomics.store(cells, 0, closed);
    const taken = Array.from({ length: cells.length - 1 }, (_, i) => settled(cells, i + 1)).filter((content) => content !== free);
    for (const pid of taken) if (pid > 0) signalGroup(pid, 'SIGKILL');
    if (taken.length > 0) this.#mark.endNow();
  }
}

/** What is in a place, once no child is being started there. */
function settled(cells: Int32Array, cell: number): number {
  if (Atomics.load(cells, cell) === starting) Atomics.wait(cells, cell, starting, startLimitMs);
  return Atomics.load(cells, cell);
}

/** A child's place in a table, from before it runs until all that it has started has ended. */
export class ChildPlace {
  readonly #cells: Int32Array;
  readonly #cell: number;
  #left = false;

  constructor(
    cells: Int32Array,
    cell: number,
    /** Borne by what is started here. */
    readonly mark: StrayMark,
  ) {
    this.#cells = cells;
    this.#cell = cell;
    this.#put(starting);
  }

  /** Starts the child. @throws what `start` throws; the place is left then, as where nothing has come to run */
  fill<Child extends { readonly pid?: number | undefined }>(start: () => Child): Child {
    try {
      const child = start();
      if (child.pid === undefined) this.leave();
      else this.#put(child.pid);
      return child;
    } catch (thrown) {
      this.leave();
      throw thrown;
    }
  }

  /** The child has ended. */
  childEnded(): void {
    if (!this.#left) this.#put(ended);
  }

  /** Nothing of it is left. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#put(free);
  }

  #put(content: number): void {
    Atomics.store(this.#cells, this.#cell, content);
    Atomics.notify(this.#cells, this.#cell);
  }
}
