import { join } from 'node:path';
import { isHopeless } from '../measure/trust.js';
import { undisturbedPauseMs } from '../measure/undisturbed.js';
import { entryText, Journal, readEntries } from '../replay/journal.js';
import { prepareMedia } from '../replay/media.js';
import { isFailure, renderEvidence } from '../report/evidence.js';
import { resultFiles, writeResult } from '../report/folder.js';
import { placeOf } from '../telemetry/join.js';
import type { AttemptPlace } from '../telemetry/join.js';
import { LatenessCounts, wallClockStamp } from '../time/index.js';
import type { Attempt, AttemptResult, Ms, Recording } from '../types.js';
import type { PreparedRun } from './prepare.js';
import { Verdicts } from './verdicts.js';

/** At most this many failures are kept as audio unless all is asked for: a bad agent must not fill a disk. */
export const mostFailuresKept = 100;

/** Takes in attempts as they finish: judges them, writes them to the journal, keeps the audio that was asked for. */
export class Collector {
  readonly journal: Journal;
  readonly #run: PreparedRun;
  readonly #verdicts: Verdicts;
  readonly #results = new Map<string, AttemptResult>();
  readonly #tries = new Map<string, number>();
  /** Where spans of the agent's can be joined to, by attempt. */
  readonly #places = new Map<string, AttemptPlace>();
  /** The longest pause of the agent's own undisturbed speech so far, ms; null where its response is known, or none was seen. */
  undisturbedPauseMs: Ms | null = null;
  readonly lateness = new LatenessCounts();
  /** Is handed every attempt that is filed now; not those of a resumed run. */
  onFiled: (attempt: Attempt, recording: Recording) => void = () => {};
  /** Audio sent and time taken by real-time sessions, ms. */
  audioMs: Ms = 0;
  sessionMs: Ms = 0;
  /** Replays that were spoilt and tried again; null in a run that is gone on with, whose journal has only what came of them. */
  triedAgain: number | null = 0;
  #errored = 0;
  failuresKept = 0;
  failures = 0;
  /** The smallest offset that could have been scheduled where one was missed, at its largest. */
  smallestOffsetMs: Ms | null = null;

  private constructor(run: PreparedRun, journal: Journal, verdicts: Verdicts) {
    this.#run = run;
    this.journal = journal;
    this.#verdicts = verdicts;
  }

  /**
   * @param verdicts shared by the points of a sweep
   * @throws BargeinError where the journal cannot be written, or is of another run
   */
  static async open(run: PreparedRun, verdicts = new Verdicts(run.corpus, run.agent.turns, run.measure)): Promise<Collector> {
    const { config, journalKey } = run;
    const path = join(config.outputDir, resultFiles.journal);
    if (config.existing !== 'resume') {
      return new Collector(run, Journal.create(path, journalKey, config.clock === 'realtime' ? wallClockStamp() : null), verdicts);
    }
    // What was measured is measured again from what was recorded: the journal holds no verdicts.
    const { journal, entries } = Journal.resume(path, journalKey);
    const collector = new Collector(run, journal, verdicts);
    for (const entry of entries()) {
      collector.triedAgain = null;
      collector.#count(entry.recording);
      collector.#file(await verdicts.of(entry, entryText(entry)), entry.recording);
    }
    return collector;
  }

  has(attemptId: string): boolean {
    return this.#results.has(attemptId);
  }

  /** Verdicts in the order of the draw. */
  get results(): AttemptResult[] {
    return this.#run.plan.attempts.flatMap(({ id }) => this.#results.get(id) ?? []);
  }

  /** The attempts that spans of the agent's can be joined to, with their verdicts, in the order of the draw. */
  get placed(): { readonly result: AttemptResult; readonly place: AttemptPlace }[] {
    return this.results.flatMap((result) => {
      const place = this.#places.get(result.attempt.id);
      return place ? [{ result, place }] : [];
    });
  }

  /** Puts a verdict in the place of the one before. */
  amend(result: AttemptResult): void {
    this.#results.set(result.attempt.id, result);
  }

  get count(): number {
    return this.#results.size;
  }

  get hasGivenUp(): boolean {
    return isHopeless(this.#errored, this.#run.plan.attempts.length);
  }

  /** Judges an attempt and files it; `again` where the harness spoilt it and may try once more. */
  async handle(attempt: Attempt, recording: Recording): Promise<'done' | 'again'> {
    const text = entryText({ attempt, recording });
    const result = await this.#verdicts.of({ attempt, recording }, text);
    const tries = (this.#tries.get(attempt.id) ?? 0) + 1;
    this.#tries.set(attempt.id, tries);
    this.#count(recording);
    // Where the schedule is at fault, or the clock is virtual, the same would come out again.
    const spoilt = result.invalidReason === 'harness-late' || result.invalidReason === 'offset-missed' || result.invalidReason === 'offset-off';
    if (spoilt && recording.clock === 'realtime' && tries <= this.#run.config.retries) {
      if (this.triedAgain !== null) this.triedAgain++;
      return 'again';
    }
    this.journal.append({ attempt, recording }, text);
    this.#file(result, recording);
    this.onFiled(attempt, recording);
    await this.#keepAudio(result, recording);
    return 'done';
  }

  /**
   * Judges once more what was judged before the longest pause of the agent was known. Only where it says what it likes: elsewhere the
   * response tells.
   */
  async settle(): Promise<void> {
    if (this.undisturbedPauseMs === null) return;
    this.#verdicts.learnPause(this.undisturbedPauseMs);
    for (const entry of readEntries(this.journal.path)) this.#results.set(entry.attempt.id, await this.#verdicts.of(entry, entryText(entry)));
  }

  #file(result: AttemptResult, recording: Recording): void {
    this.#results.set(result.attempt.id, result);
    const place = placeOf(recording);
    if (place) this.#places.set(result.attempt.id, place);
    if (result.outcome === 'errored') this.#errored++;
    this.#listenForPauses(result.attempt, recording);
    if (result.invalidReason === 'offset-missed') this.smallestOffsetMs = Math.max(this.smallestOffsetMs ?? 0, recording.smallestOffsetMs ?? 0);
  }

  /** Every replay, also what was spoilt and tried again: the schedule was kept badly there as well. */
  #count(recording: Recording): void {
    if (recording.clock === 'virtual') return;
    for (const lateMs of recording.uplink.latenessMs ?? []) this.lateness.add(lateMs);
    this.audioMs += recording.uplink.frames * recording.format.frameMs;
    this.sessionMs += recording.endMs;
  }

  #listenForPauses(attempt: Attempt, recording: Recording): void {
    if (this.#run.agent.turns === 'response') return;
    const pauseMs = undisturbedPauseMs(attempt, recording, this.#run.measure.detectorOptions);
    if (pauseMs !== null) this.undisturbedPauseMs = Math.max(this.undisturbedPauseMs ?? 0, pauseMs);
  }

  async #keepAudio(result: AttemptResult, recording: Recording): Promise<void> {
    const { config, corpus } = this.#run;
    if (config.keepAudio === 'none') return;
    const failed = isFailure(result, config.withinMs);
    if (failed) this.failures++;
    if (config.keepAudio === 'failures' && (!failed || this.failuresKept >= mostFailuresKept)) return;
    if (failed) this.failuresKept++;
    const wav = renderEvidence(recording, await prepareMedia(result.attempt, corpus, this.#run.side));
    writeResult(join(config.outputDir, resultFiles.audio, `${result.attempt.id}.wav`), wav);
  }
}
