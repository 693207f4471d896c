import type { HeardTrack, Ms, PlayoutOptions } from '../types.js';

/** Part of a packet that the client plays: heard samples `[at, at + length)` are packet samples `[offset, ...)`. */
export interface PlayedSpan {
  readonly packet: number;
  readonly offset: number;
  readonly at: number;
  readonly length: number;
  /** Arrival of the packet. */
  readonly arrivedMs: Ms;
  /** When a flush cut this span short: then, and how long it would have been. */
  cut: { readonly atMs: Ms; readonly length: number } | null;
}

/** Slack when a time is turned into a sample index, so that 20.000000001 ms is sample 320 and not 321. */
const indexSlack = 1e-6;

/**
 * What a client plays of the packets it receives (docs/measurement.md section 4). Samples wait in a jitter buffer until its
 * depth reaches the target, or the target time has passed since the first of them came; then they are played in real time.
 * An empty buffer is an underrun, after which it fills to the target again. A flush empties what has not been handed to the
 * device, which takes audio at the steps of its own grid: what is heard ends at the next step.
 *
 * Calls must come in time order. Used both while replaying and when a recording is measured.
 */
export class PlayoutBuffer {
  readonly rateHz: number;
  readonly options: PlayoutOptions;
  readonly spans: PlayedSpan[] = [];
  underruns = 0;
  maxDepthMs: Ms = 0;
  #packets: Int16Array[] = [];
  #waiting: { packet: number; arrivedMs: Ms }[] = [];
  #waitingSamples = 0;
  /** First heard sample that is still free. */
  #free = 0;
  #playing = false;
  /** No underrun where the response had been announced as over, or had been flushed. */
  #excused = true;

  constructor(rateHz: number, options: PlayoutOptions) {
    this.rateHz = rateHz;
    this.options = options;
  }

  /** Index of the first heard sample at or after `timeMs`. */
  indexAt(timeMs: Ms): number {
    return Math.ceil((timeMs * this.rateHz) / 1000 - indexSlack);
  }

  timeOf(index: number): Ms {
    return (index * 1000) / this.rateHz;
  }

  push(atMs: Ms, samples: Int16Array): void {
    this.settle(atMs);
    const packet = this.#packets.push(samples) - 1;
    const now = this.indexAt(atMs);
    if (this.#playing && now > this.#free) {
      this.#playing = false;
      if (!this.#excused) this.underruns++;
    }
    this.#excused = false;
    if (this.#playing) {
      this.#place(packet, atMs);
    } else {
      this.#waiting.push({ packet, arrivedMs: atMs });
      this.#waitingSamples += samples.length;
      if (this.timeOf(this.#waitingSamples) >= this.options.targetMs - indexSlack) this.#start(atMs);
    }
    const ahead = Math.max(0, this.#free - now) + this.#waitingSamples;
    this.maxDepthMs = Math.max(this.maxDepthMs, this.timeOf(ahead));
  }

  flush(atMs: Ms): void {
    this.settle(atMs);
    for (const { packet, arrivedMs } of this.#waiting) {
      this.#place(packet, arrivedMs);
      const span = this.spans[this.spans.length - 1];
      this.spans[this.spans.length - 1] = { ...span, length: 0, cut: { atMs, length: span.length } };
    }
    this.#waiting = [];
    this.#waitingSamples = 0;
    this.#playing = false;
    this.#excused = true;
    const edge = this.deviceStepAt(atMs);
    for (let i = this.spans.length - 1; i >= 0; i--) {
      const span = this.spans[i];
      if (span.at + span.length <= edge) break;
      const kept = Math.min(span.length, Math.max(0, edge - span.at));
      this.spans[i] = { ...span, length: kept, cut: span.cut ?? { atMs, length: span.length } };
    }
    this.#free = Math.min(this.#free, edge);
  }

  /** The heard sample at which the device next takes audio, at or after `atMs`. */
  deviceStepAt(atMs: Ms): number {
    const { quantumMs, phaseMs } = this.options;
    const steps = Math.ceil((atMs - phaseMs) / quantumMs - indexSlack);
    return this.indexAt(phaseMs + steps * quantumMs);
  }

  /** The response is announced as over, or was cancelled: running dry after it is no underrun. */
  endOfResponse(): void {
    this.#excused = true;
  }

  /** Lets a waiting buffer start whose target time has passed. */
  settle(atMs: Ms): void {
    const startMs = this.startsAtMs();
    if (startMs !== null && startMs <= atMs) this.#start(startMs);
  }

  /** When a waiting buffer will start at the latest; null when nothing waits. */
  startsAtMs(): Ms | null {
    return this.#waiting.length > 0 ? this.#waiting[0].arrivedMs + this.options.targetMs : null;
  }

  /** Audio received and not yet heard at `timeMs`, ms. */
  depthAt(timeMs: Ms): Ms {
    const now = this.indexAt(timeMs);
    let ahead = 0;
    for (const span of this.spans) {
      if (span.arrivedMs > timeMs) continue;
      const length = span.cut && span.cut.atMs > timeMs ? span.cut.length : span.length;
      ahead += Math.max(0, span.at + length - Math.max(span.at, now));
    }
    const waiting = this.#waiting.filter(({ arrivedMs }) => arrivedMs <= timeMs);
    return this.timeOf(waiting.reduce((sum, { packet }) => sum + this.#packets[packet].length, ahead));
  }

  /** Packets pushed so far. */
  get received(): number {
    return this.#packets.length;
  }

  /** When the last of the first `packets` packets has been heard to its end, or was dropped; null where it still waits to be played. */
  heardAtMs(packets: number): Ms | null {
    if (packets === 0) return 0;
    // Packets are played in order, each as one span.
    if (this.spans.length < packets) return null;
    const { at, length } = this.spans[packets - 1];
    return this.timeOf(at + length);
  }

  /** Samples of all packets pushed so far that have been heard by `timeMs`, or were dropped. Calls must come in time order. */
  playedTo(timeMs: Ms): number {
    const now = this.indexAt(timeMs);
    let played = 0;
    for (const { packet, at, length, cut } of this.spans) {
      const whole = this.#packets[packet].length;
      played += cut !== null || at + length <= now ? whole : Math.max(0, Math.min(whole, now - at));
    }
    return played;
  }

  /** Copies heard samples `[from, from + out.length)` into `out`; what nothing plays is silence. */
  copyHeard(from: number, out: Int16Array): void {
    out.fill(0);
    for (let i = this.spans.length - 1; i >= 0; i--) {
      const span = this.spans[i];
      if (span.at + span.length <= from) break;
      const first = Math.max(span.at, from);
      const last = Math.min(span.at + span.length, from + out.length);
      if (last <= first) continue;
      const source = span.offset + (first - span.at);
      out.set(this.#packets[span.packet].subarray(source, source + last - first), first - from);
    }
  }

  /** What is heard from 0 to `endMs`. */
  heardTrack(endMs: Ms): HeardTrack {
    this.settle(endMs);
    const samples = new Int16Array(this.indexAt(endMs));
    this.copyHeard(0, samples);
    return { rateHz: this.rateHz, samples };
  }

  #start(atMs: Ms): void {
    this.#playing = true;
    this.#free = Math.max(this.#free, this.indexAt(atMs));
    for (const { packet, arrivedMs } of this.#waiting) this.#place(packet, arrivedMs);
    this.#waiting = [];
    this.#waitingSamples = 0;
  }

  #place(packet: number, arrivedMs: Ms): void {
    const { length } = this.#packets[packet];
    this.spans.push({ packet, offset: 0, at: this.#free, length, arrivedMs, cut: null });
    this.#free += length;
  }
}
