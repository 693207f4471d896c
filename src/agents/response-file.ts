import { rmSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '../audio/wav.js';
import type { Pcm } from '../types.js';

/**
 * A WAV file through which an agent is told what to say where its protocol has no message for it. The agent knows the path from its
 * start; the file is there, whole, from the moment it is to speak.
 */
export class ResponseFile {
  readonly path: string;
  readonly #folder: string;
  readonly #removeAtExit = () => rmSync(this.#folder, { recursive: true, force: true });

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'response.wav');
    process.on('exit', this.#removeAtExit);
  }

  static async make(): Promise<ResponseFile> {
    return new ResponseFile(await mkdtemp(join(tmpdir(), 'bargein-call-')));
  }

  async write({ samples, rateHz }: Pcm): Promise<void> {
    const unready = `${this.path}.part`;
    await writeFile(unready, encodeWav([samples], rateHz));
    await rename(unready, this.path);
  }

  /** With its folder. */
  async remove(): Promise<void> {
    process.off('exit', this.#removeAtExit);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
