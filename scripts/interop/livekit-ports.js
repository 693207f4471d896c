// Ears and mouth of a LiveKit agent session that runs inside the harness: nothing but the samples between the two.
import { ReadableStream } from 'node:stream/web';
import { AudioFrame } from '@livekit/rtc-node';
import { AudioInput, AudioOutput } from '@livekit/agents';
import { concat } from './speech.js';

export const rateHz = 24_000;

export class Ear extends AudioInput {
  #controller;

  constructor() {
    super();
    this.multiStream.addInputStream(new ReadableStream({ start: (controller) => (this.#controller = controller) }));
  }

  hear(samples) {
    this.#controller.enqueue(new AudioFrame(samples.slice(), rateHz, 1, samples.length));
  }
}

/** Hands everything on at once. A pause drops what the caller has not heard; to go on is to hand it over again. */
export class Mouth extends AudioOutput {
  #context;
  /** Samples handed over of this segment, and the position of its first in all that were handed over. */
  #segment = [];
  #begins = 0;
  #sent = 0;
  /** What a pause has kept back; null where there is none. */
  #kept = null;
  #done = () => {};

  constructor(context) {
    super(rateHz, undefined, { pause: true });
    this.#context = context;
  }

  async captureFrame(frame) {
    await super.captureFrame(frame);
    const samples = frame.data.slice();
    if (this.#segment.length === 0) {
      this.#begins = this.#sent;
      this.onPlaybackStarted(Date.now());
    }
    this.#segment.push(samples);
    if (this.#kept === null) this.#hand(samples);
    else this.#kept.push(samples);
  }

  #hand(samples) {
    this.#sent += samples.length;
    this.#context.audio(samples);
  }

  flush() {
    super.flush();
    if (this.#segment.length > 0 && this.#kept === null) this.#done = this.#context.whenHeard(() => this.#finish(false));
  }

  clearBuffer() {
    if (this.#segment.length === 0) return;
    this.#drop();
    this.#finish(true);
  }

  pause() {
    if (this.#kept !== null) return;
    const heard = this.#context.playedTo() - this.#begins;
    this.#kept = this.#segment.length > 0 ? [concat(this.#segment).slice(Math.max(0, heard))] : [];
    this.#drop();
  }

  resume() {
    if (this.#kept === null) return;
    const kept = concat(this.#kept);
    this.#kept = null;
    this.#begins = this.#sent;
    this.#segment = kept.length > 0 ? [kept] : [];
    if (kept.length > 0) this.#hand(kept);
    if (!this._capturing) this.flush();
  }

  #drop() {
    this.#done();
    this.#context.flush();
    this.#context.event('flush');
  }

  #finish(interrupted) {
    this.#done();
    this.#done = () => {};
    this.#segment = [];
    if (this.#kept !== null) this.#kept = [];
    this.onPlaybackFinished({ playbackPosition: Math.max(0, this.#context.playedTo() - this.#begins) / rateHz, interrupted });
  }
}
