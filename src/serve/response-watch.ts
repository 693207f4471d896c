import { existsSync } from 'node:fs';
import { resample } from '../audio/resample.js';
import { readMonoWav } from '../audio/wav.js';
import type { Cancel, Clock, Ms, Pcm } from '../types.js';

const pollMs: Ms = 10;

/** Waits for the file through which a served agent is told what to say (`ResponseFile`): it is there, whole, once it is to speak. */
export class ResponseWatch {
  readonly #clock: Clock;
  #cancel: Cancel = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws BargeinError for a file that is no mono WAV */
  async wait(path: string, rateHz: number): Promise<Pcm> {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (existsSync(path)) resolve();
        else this.#cancel = this.#clock.at(this.#clock.now() + pollMs, look);
      };
      look();
    });
    return resample(await readMonoWav(path), rateHz);
  }

  stop(): void {
    this.#cancel();
  }
}
