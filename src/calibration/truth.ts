import type { Ms } from '../types.js';

/**
 * When a caller stops hearing an agent that stops a programmed time after the onset sample reaches it. Written from the prose
 * of docs/measurement.md sections 3 and 4; shares no code with the playout model or the detectors it is held against.
 */
export interface ProgrammedStop {
  /** Capture time of the onset sample. */
  readonly onsetMs: Ms;
  readonly frameMs: Ms;
  /** Programmed: from the arrival of the onset sample at the agent to its decision. */
  readonly delayMs: Ms;
  /** When the agent sends its first chunk. Chunk k (from 0) follows when k * chunk - queue of speech should have been heard. */
  readonly firstChunkMs: Ms;
  readonly chunkMs: Ms;
  readonly queueMs: Ms;
  /** Length of the response. */
  readonly responseMs: Ms;
  readonly flush: boolean;
  /** The client's jitter buffer target. */
  readonly targetMs: Ms;
  /** The device takes audio at phase + n * quantum. */
  readonly quantumMs: Ms;
  readonly phaseMs: Ms;
}

export interface Truth {
  /** When the first sample of the response is heard. */
  readonly playStartMs: Ms;
  /** When the last one is (its end). */
  readonly stopMs: Ms;
  /** Stop minus onset. */
  readonly latencyMs: Ms;
}

/** When the agent has the onset sample: its frame leaves when it is full. */
export function arrivalOf(onsetMs: Ms, frameMs: Ms): Ms {
  const framesBefore = Math.floor(onsetMs / frameMs + 1e-7);
  return frameMs + framesBefore * frameMs;
}

/** When chunk `k` is sent. */
function sentAt(k: number, { firstChunkMs, chunkMs, queueMs }: ProgrammedStop): Ms {
  const aheadMs = k * chunkMs - queueMs;
  return aheadMs > 0 ? firstChunkMs + aheadMs : firstChunkMs;
}

/** Playing starts with the chunk that fills the buffer to its target, or the target time after the first, if that is sooner. */
export function playStartOf(stop: Omit<ProgrammedStop, 'onsetMs' | 'delayMs'>): Ms {
  const chunksToTarget = Math.max(1, Math.ceil(stop.targetMs / stop.chunkMs - 1e-7));
  return Math.min(stop.firstChunkMs + stop.targetMs, sentAt(chunksToTarget - 1, stop as ProgrammedStop));
}

export function truthOf(stop: ProgrammedStop): Truth {
  const playStartMs = playStartOf(stop);
  const decidedMs = arrivalOf(stop.onsetMs, stop.frameMs) + stop.delayMs;
  // Chunks sent by then: all k with k * chunk <= decided - first + queue.
  const chunks = Math.floor((decidedMs - stop.firstChunkMs + stop.queueMs) / stop.chunkMs + 1e-7) + 1;
  const drainedMs = playStartMs + Math.min(chunks * stop.chunkMs, stop.responseMs);
  const intoQuantum = (((decidedMs - stop.phaseMs) % stop.quantumMs) + stop.quantumMs) % stop.quantumMs;
  const flushedMs = intoQuantum < 1e-7 ? decidedMs : decidedMs + stop.quantumMs - intoQuantum;
  const stopMs = stop.flush ? Math.min(flushedMs, drainedMs) : drainedMs;
  return { playStartMs, stopMs, latencyMs: stopMs - stop.onsetMs };
}

/** What a delivery over a loopback socket, both ways and the agent's own timer, may take or be ahead by, ms. */
export const deliveryMs = { sooner: 0.5, later: 2 };

/**
 * Whether the truth hangs on a delivery of a millisecond: the decision falls so near to a chunk, or to a step of the device, that the
 * next one may be meant. Such a stop says nothing of the measurement: over a transport, the closed form does not know it.
 */
export function hangsOnDelivery(stop: ProgrammedStop): boolean {
  const at = (byMs: Ms) => truthOf({ ...stop, delayMs: stop.delayMs + byMs }).stopMs;
  return at(-deliveryMs.sooner) !== at(deliveryMs.later);
}
