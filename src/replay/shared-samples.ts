import type { Pcm } from '../types.js';

/** By the samples they are a copy of. */
const copies = new WeakMap<Int16Array, Int16Array>();

/** The same audio in memory that threads share: copied once, then handed over without a copy. Nobody may write to it. */
export function sharedPcm({ rateHz, samples }: Pcm): Pcm {
  if (samples.buffer instanceof SharedArrayBuffer) return { rateHz, samples };
  const known = copies.get(samples);
  if (known) return { rateHz, samples: known };
  const copy = new Int16Array(new SharedArrayBuffer(samples.byteLength));
  copy.set(samples);
  copies.set(samples, copy);
  return { rateHz, samples: copy };
}
