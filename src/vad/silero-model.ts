import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { BargeinError, messageOf } from '../errors.js';

/** Samples of a frame and of the audio before it that the model sees with it (Silero VAD 5), by rate. */
export const sileroShapes = {
  8000: { frameSamples: 256, contextSamples: 32 },
  16000: { frameSamples: 512, contextSamples: 64 },
} as const;

export type SileroRateHz = keyof typeof sileroShapes;

/** Length of the recurrent state, [2, 1, 128]. */
export const stateLength = 256;

export interface Inference {
  /** As the model gives it, not rounded. */
  readonly probability: number;
  /** The recurrent state after the frame. */
  readonly state: Float32Array;
}

export interface InferenceFrame {
  readonly input: Float32Array;
  readonly state: Float32Array;
}

/**
 * The Silero VAD 5 network. One per thread, shared by all streams of the thread: what belongs to a stream (recurrent state,
 * context) goes in and comes out with every call. Weights and WebAssembly are files of installed packages; nothing is fetched.
 */
export class SileroModel {
  readonly #session: InferenceSession;
  readonly #tensor: typeof Tensor;
  readonly #rates: Record<SileroRateHz, Tensor>;
  /** The runtime runs one inference at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(session: InferenceSession, tensor: typeof Tensor) {
    this.#session = session;
    this.#tensor = tensor;
    const rate = (rateHz: number) => new tensor('int64', BigInt64Array.of(BigInt(rateHz)), []);
    this.#rates = { 8000: rate(8000), 16000: rate(16000) };
  }

  /** @throws BargeinError where the runtime or the weights cannot be loaded */
  static async load(): Promise<SileroModel> {
    const require = createRequire(import.meta.url);
    try {
      const weights = readFileSync(join(dirname(require.resolve('@ricky0123/vad-web/package.json')), 'dist', 'silero_vad_v5.onnx'));
      setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
      const { env, InferenceSession, Tensor } = await import('onnxruntime-web/wasm');
      env.wasm.numThreads = 1;
      env.wasm.wasmBinary = readFileSync(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
      return new SileroModel(await InferenceSession.create(weights, { executionProviders: ['wasm'] }), Tensor);
    } catch (thrown) {
      throw new BargeinError(`the Silero VAD cannot be loaded: ${messageOf(thrown).split('\n')[0]}`, 'run `npm ci` again, or use another VAD: --agent-option vad.kind=energy');
    }
  }

  /**
   * One frame. `input` is the context followed by the frame, full scale = 1, as long as `sileroShapes` says; `state` is the
   * state after the frame before (zeros at the start of a stream) and is left as it is.
   */
  async run(rateHz: SileroRateHz, input: Float32Array, state: Float32Array): Promise<Inference> {
    return (await this.runTogether(rateHz, [{ input, state }]))[0];
  }

  /** Frames of streams that have nothing to do with each other, at once: the answers are those of `run`, to the bit. */
  runTogether(rateHz: SileroRateHz, frames: readonly InferenceFrame[]): Promise<Inference[]> {
    const running = this.#last.then(() => this.#infer(rateHz, frames));
    this.#last = running.catch(() => {});
    return running;
  }

  async #infer(rateHz: SileroRateHz, frames: readonly InferenceFrame[]): Promise<Inference[]> {
    const { length: rows } = frames;
    const { length: inputLength } = frames[0].input;
    const inputs = new Float32Array(rows * inputLength);
    // [2, rows, 128]: the first halves of all states, then the second ones.
    const states = new Float32Array(rows * stateLength);
    const half = stateLength / 2;
    frames.forEach(({ input, state }, row) => {
      inputs.set(input, row * inputLength);
      states.set(state.subarray(0, half), row * half);
      states.set(state.subarray(half), (rows + row) * half);
    });
    const result = await this.#session.run({
      input: new this.#tensor('float32', inputs, [rows, inputLength]),
      state: new this.#tensor('float32', states, [2, rows, half]),
      sr: this.#rates[rateHz],
    });
    const probabilities = result.output.data as Float32Array;
    const after = result.stateN.data as Float32Array;
    return frames.map((_, row) => {
      const state = new Float32Array(stateLength);
      state.set(after.subarray(row * half, (row + 1) * half));
      state.set(after.subarray((rows + row) * half, (rows + row + 1) * half), half);
      return { probability: probabilities[row], state };
    });
  }
}

/**
 * How much of a WebAssembly function runs before V8 compiles it for speed, about in bytes. At V8's own 1,800,000 the largest functions of the
 * runtime, which run only while the model is loaded (886 kB and 490 kB), are compiled too: 9 s of CPU, during which what the frames need waits.
 * The frames reach this within some hundreds.
 */
const tieringBudget = 100_000_000;

let loading: Promise<SileroModel> | null = null;

/** The model of this thread, loaded at the first call. */
export function sileroModel(): Promise<SileroModel> {
  loading ??= SileroModel.load().catch((thrown: unknown) => {
    loading = null;
    throw thrown;
  });
  return loading;
}
