import type { Fvad } from '@echogarden/fvad-wasm';
import type { Vad, VadOptions } from './vad.js';

const frameMs = 10;

let loading: Promise<Fvad> | null = null;

/** How strict the detector is, 0 to 3: a quarter of the threshold's range each, so that the default 0.5 is mode 2. */
export function webrtcMode(threshold: number): number {
  return Math.min(3, Math.max(0, Math.floor(threshold * 4)));
}

/**
 * The VAD of WebRTC (libfvad in WebAssembly): Gaussian mixtures over six bands, in frames of 10 ms. It says 0 or 1, so the
 * threshold acts by choosing its mode.
 */
export class WebrtcVad implements Vad {
  readonly kind = 'webrtc';
  readonly frameSamples: number;
  readonly #fvad: Fvad;
  readonly #mode: number;
  readonly #handle: number;
  readonly #address: number;
  #closed = false;

  private constructor(fvad: Fvad, readonly rateHz: number, mode: number) {
    this.frameSamples = Math.round((rateHz * frameMs) / 1000);
    this.#fvad = fvad;
    this.#mode = mode;
    this.#handle = fvad._fvad_new();
    this.#address = fvad._malloc(2 * this.frameSamples);
    if (this.#handle === 0 || this.#address === 0) throw new Error('no memory is left for another WebRTC VAD');
    this.#configure();
  }

  static async make(rateHz: number, options: VadOptions): Promise<WebrtcVad> {
    loading ??= import('@echogarden/fvad-wasm').then(({ default: load }) => load());
    return new WebrtcVad(await loading, rateHz, webrtcMode(options.threshold));
  }

  process(frame: Int16Array): number {
    if (this.#closed) throw new Error('a frame for a VAD that has been closed');
    if (frame.length !== this.frameSamples) throw new RangeError(`a frame of ${frame.length} samples, not ${this.frameSamples}`);
    this.#fvad.HEAP16.set(frame, this.#address / 2);
    return this.#fvad._fvad_process(this.#handle, this.#address, frame.length);
  }

  reset(): void {
    this.#fvad._fvad_reset(this.#handle);
    this.#configure();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#fvad._fvad_free(this.#handle);
    this.#fvad._free(this.#address);
  }

  /** A reset puts mode and rate back to the library's own. */
  #configure(): void {
    const refused = this.#fvad._fvad_set_mode(this.#handle, this.#mode) !== 0 || this.#fvad._fvad_set_sample_rate(this.#handle, this.rateHz) !== 0;
    if (refused) throw new RangeError(`the WebRTC VAD takes no ${this.rateHz} Hz in mode ${this.#mode}`);
  }
}
