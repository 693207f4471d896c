import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '../audio/wav.js';
import type { Pcm } from '../types.js';

/** A folder for what calls leave in files, made when the first one does, and gone with this process however it ends, but for a `kill -9`. */
export class CallFolder {
  readonly path = join(tmpdir(), `bargein-calls-${randomUUID()}`);
  readonly #remove = () => rmSync(this.path, { recursive: true, force: true });

  constructor() {
    process.on('exit', this.#remove);
  }

  /** With what is in it. */
  close(): void {
    process.off('exit', this.#remove);
    this.#remove();
  }
}

let folder: string | null = null;

/** Has this thread put its files into the folder of another one: a thread is not told when the process ends. To be called before any call. */
export function keepCallFilesIn(path: string): void {
  folder = path;
}

/**
 * A WAV file through which an agent is told what to say where its protocol has no message for it. The agent knows the path from its
 * start; the file is there, whole, from the moment it is to speak.
 */
export class ResponseFile {
  readonly path: string;
  readonly #folder: string;

  private constructor(callFolder: string) {
    this.#folder = callFolder;
    this.path = join(callFolder, 'response.wav');
  }

  static async make(): Promise<ResponseFile> {
    folder ??= new CallFolder().path;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new ResponseFile(await mkdtemp(join(folder, 'call-')));
  }

  async write({ samples, rateHz }: Pcm): Promise<void> {
    const unready = `${this.path}.part`;
    await writeFile(unready, encodeWav([samples], rateHz));
    await rename(unready, this.path);
  }

  /** With its folder. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
