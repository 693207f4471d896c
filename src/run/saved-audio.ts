import { basename, join } from 'node:path';
import type { Corpus } from '../corpus/load.js';
import { BargeinError } from '../errors.js';
import type { JournalEntry } from '../replay/journal.js';
import { prepareMedia } from '../replay/media.js';
import type { FarSide } from '../replay/media.js';
import { isFailure, renderEvidence } from '../report/evidence.js';
import { resultFiles, writeResult } from '../report/folder.js';
import type { SavedRun } from '../report/results.js';
import type { RunConfig, RunInfo } from '../types.js';
import { readSpeech } from './prepare.js';

/** Renders the audio of a finished run from its recordings, attempt by attempt, as the run itself keeps it. */
export class SavedAudio {
  readonly #wanted: ReadonlySet<string>;
  readonly #written = new Set<string>();
  readonly #info: RunInfo;

  private constructor({ info, results }: SavedRun, which: 'all' | 'failures', readonly folder: string, readonly prompt: FarSide['prompt']) {
    this.#info = info;
    this.#wanted = new Set(results.filter((result) => which === 'all' || isFailure(result, info.withinMs)).map(({ attempt }) => attempt.id));
  }

  /**
   * @param which of the attempts of attempts.csv
   * @param folder where `audio/` is to be
   * @throws BargeinError where the recording that asked a prompted agent is not there any more
   */
  static async of(run: SavedRun, which: 'all' | 'failures', folder: string): Promise<SavedAudio> {
    const { promptAudio = null } = run.info.configuration as Partial<RunConfig>;
    return new SavedAudio(run, which, folder, promptAudio === null ? null : { audio: await readSpeech(promptAudio), text: null });
  }

  /** How many attempts it has written. */
  get count(): number {
    return this.#written.size;
  }

  /** @throws BargeinError where the file cannot be written, and for a name that leads out of the folder */
  async keep({ attempt, recording }: JournalEntry, corpus: Corpus): Promise<void> {
    if (!this.#wanted.has(attempt.id)) return;
    if (basename(attempt.id) !== attempt.id) throw new BargeinError(`the attempt '${attempt.id}' cannot name a file`, 'name a folder as `bargein run` has written it');
    const media = await prepareMedia(attempt, corpus, { line: recording.format, turns: this.#info.turns, prompt: this.prompt });
    writeResult(join(this.folder, resultFiles.audio, `${attempt.id}.wav`), renderEvidence(recording, media), 'free some space, or choose another folder with --output');
    this.#written.add(attempt.id);
  }
}
