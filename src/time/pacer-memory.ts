/** What a pacer and the thread that it wakes share. */
export interface PacerMemory {
  /** The deadline on `process.hrtime.bigint()`; `noDeadline`, or `endOfPacer`. */
  readonly due: BigInt64Array;
  readonly counts: Int32Array;
}

export const noDeadline = 0n;
export const endOfPacer = -1n;

/** Places in `counts`: how often a deadline was set, and how often one was reported. Both are waited on. */
export const setCount = 0;
export const reportCount = 1;

const dueBytes = 8;
const countsBytes = 8;

export function makePacerBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(dueBytes + countsBytes);
}

export function pacerMemory(buffer: SharedArrayBuffer): PacerMemory {
  return { due: new BigInt64Array(buffer, 0, 1), counts: new Int32Array(buffer, dueBytes, 2) };
}
