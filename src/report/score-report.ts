import type { Summary } from '../measure/figures.js';
import type { AttemptResult, Intent, Ms } from '../types.js';

/** A place in a recorded call where the caller starts to speak. Times count from the start of the recording. */
export interface ScoredOnset {
  /** The recording, as it was named. */
  readonly file: string;
  /** First active sample of the caller. */
  readonly userOnsetMs: Ms;
  /** Just after the caller's last active sample, pauses of a talker aside. */
  readonly userEndMs: Ms;
  /** Found in the recording, or taken from a label beside which nothing was found. */
  readonly onsetSource: 'found' | 'label';
  /** Where the label says it is; null: no label. */
  readonly labelMs: Ms | null;
  /** As labelled; null: not labelled. */
  readonly intent: Intent | null;
  /** How long both were audible, from the onset to the end of the caller's turn; null where it cannot be told. */
  readonly talkOverMs: Ms | null;
  /** Its intent is `interruption` where there is no label: then only the outcome's name hangs on it, and it is in no rate. */
  readonly result: AttemptResult;
}

/** What was found of one recording as a whole. */
export interface ScoredFile {
  readonly file: string;
  readonly rateHz: number;
  readonly durationMs: Ms;
  readonly agentSpeechMs: Ms;
  readonly callerSpeechMs: Ms;
  /** Level of each side's speech and of what is steady beneath it, dBFS; null where there is none. */
  readonly agentDbfs: number | null;
  readonly agentFloorDbfs: number | null;
  readonly callerDbfs: number | null;
  readonly callerFloorDbfs: number | null;
  /** The agent's echo in the caller's channel: its delay, ms, and its level re the agent, dB; null where there is none. */
  readonly echo: { readonly delayMs: Ms; readonly gainDb: number } | null;
  /** The same for the caller in the agent's channel. */
  readonly backEcho: { readonly delayMs: Ms; readonly gainDb: number } | null;
  /** Times at which the caller starts to speak while the agent does not. */
  readonly onsetsInSilence: number;
  /** Apparent onsets that were the agent's echo. */
  readonly echoOnsets: number;
}

/** How often the agent goes quiet by itself: at places in its speech that no caller is near, judged as onsets are. */
export interface ChanceFloor {
  readonly n: number;
  /** Went quiet within each latency limit, and within the observation window. */
  readonly within: readonly { readonly limitMs: Ms; readonly count: number }[];
  readonly inWindow: number;
}

/** What came of the labels. */
export interface LabelUse {
  readonly given: number;
  /** Found onsets that have a label, and labels measured at their own time. */
  readonly matched: number;
  readonly measuredAtLabel: number;
  /** Labels of recordings that were not given. */
  readonly ofOtherFiles: number;
}

/** Everything that `score` found. Plain, serialisable. */
export interface ScoreReport {
  readonly schemaVersion: 1;
  readonly version: string;
  readonly withinMs: readonly Ms[];
  readonly callerChannel: 'left' | 'right';
  /** The silence that confirms a stop, from how many pauses of the agent's undisturbed speech. */
  readonly hangoverMs: Ms;
  readonly pausesSeen: number;
  readonly files: readonly ScoredFile[];
  /** In the order of the files, then of time. */
  readonly onsets: readonly ScoredOnset[];
  readonly chance: ChanceFloor;
  /** null without labels. */
  readonly labels: LabelUse | null;
  /** Figures over the labelled onsets; null without any. */
  readonly summary: Summary | null;
  readonly warnings: readonly string[];
}
