import { ChildTable } from './child-table.js';
import type { ChildMemory } from './child-table.js';

/** Tables that are closed when this thread ends: for the main thread, whenever the process ends and can do anything before. */
class Kept {
  readonly #tables = new Set<ChildTable>();
  readonly #closeAll = () => {
    for (const table of this.#tables) table.close();
  };

  add(table: ChildTable): void {
    if (this.#tables.size === 0) process.on('exit', this.#closeAll);
    this.#tables.add(table);
  }

  delete(table: ChildTable): void {
    this.#tables.delete(table);
    if (this.#tables.size === 0) process.off('exit', this.#closeAll);
  }
}

const kept = new Kept();
let own: ChildTable | null = null;

/** The table of the children that this thread starts: the one that it was given, or one that it closes itself when it ends. */
export function ownChildren(): ChildTable {
  if (own === null) {
    own = ChildTable.make();
    kept.add(own);
  }
  return own;
}

/** Has this thread enter the children that it starts in the table of another one, which closes it. To be called before any is started. */
export function enterChildrenIn(memory: ChildMemory): void {
  own = new ChildTable(memory);
}

/**
 * The children of a thread that this one starts and gives their memory to. That thread runs nothing any more when the process ends; this one
 * ends them then.
 */
export class ThreadChildren {
  readonly #table = ChildTable.make();

  constructor() {
    kept.add(this.#table);
  }

  get memory(): ChildMemory {
    return this.#table.memory;
  }

  /** That thread has ended: what it has left behind ends too. Never throws. */
  close(): void {
    kept.delete(this.#table);
    this.#table.close();
  }
}
