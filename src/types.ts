/**
 * The domain's types: read this file first.
 *
 * Time: every `...Ms` on an attempt is milliseconds on *the attempt's own time line*, whose zero is the instant
 * the first uplink sample was captured, unless its comment names another origin. Both clocks are monotonic.
 * Audio: mono, signed 16 bit. Levels: dBFS re full scale, RMS (a full-scale sine is -3.01 dBFS).
 * Missing is `null`, never 0. Definitions: docs/measurement.md.
 */

/** Milliseconds, as a double. */
export type Ms = number;

/** What a user clip is. Interruptions should make the agent yield; the others should not. */
export type Intent = 'interruption' | 'backchannel' | 'noise' | 'control';

/** What the acoustic path does to an attempt. */
export type ConditionName = 'clean' | 'telephone' | 'bed' | 'echo' | 'jitter';

/** Who is calling: the eight personas of interruptions, and the carriers of the holds. */
export type Persona =
  | 'fast-talker'
  | 'two-words-in'
  | 'two-words-then-silence'
  | 'code-switcher'
  | 'mind-changer'
  | 'angry'
  | 'soft'
  | 'tv-line'
  | 'listener'
  | 'room'
  | 'none';

export type UserClipKind = 'human' | 'synthetic';
export type OffsetBand = 'first-300ms' | 'two-words' | 'middle' | 'late';
export type ProfileName = 'quick' | 'standard' | 'full';
/** One part of a draw: the `index`-th of `of`, from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}
/** What a run can write besides its CSVs. */
export type ReportFormat = 'html' | 'json' | 'junit' | 'markdown' | 'github';

/** Mono PCM, signed 16 bit. */
export interface Pcm {
  readonly rateHz: number;
  readonly samples: Int16Array;
}

/** A clip of the corpus with its samples. `onsetMs` and `endMs` count from the start of the file. */
export interface Clip {
  readonly id: string;
  readonly role: 'agent' | 'interruption' | 'backchannel' | 'noise';
  readonly kind: UserClipKind;
  /** First active sample, ms from the file's start. */
  readonly onsetMs: Ms;
  /** Just after the last active sample, ms from the file's start. */
  readonly endMs: Ms;
  /** Active speech level (ITU-T P.56), dBFS. */
  readonly activeLevelDbfs: number;
  readonly pcm: Pcm;
}

/** What the line between the caller and the agent carries. */
export interface MediaFormat {
  /** Samples per second in both directions. */
  readonly rateHz: number;
  /** Length of an uplink frame, ms. */
  readonly frameMs: Ms;
  readonly codec: 'pcm16' | 'mulaw';
}

/** One agent response, one user clip, one offset, one condition: replayed once. Plain, serialisable. */
export interface Attempt {
  /** Position in the draw, from 0. */
  readonly index: number;
  /** Unique within a run, e.g. `f0012` or `f0012.2` for the second repeat. */
  readonly id: string;
  readonly agentClip: string;
  /** null for a control. */
  readonly userClip: string | null;
  /** null for a control. */
  readonly userClipKind: UserClipKind | null;
  readonly intent: Intent;
  readonly persona: Persona;
  readonly condition: ConditionName;
  readonly offsetBand: OffsetBand;
  /** Requested: from the agent's first audible sample as heard to the user's speech onset. */
  readonly offsetMs: Ms;
  /** Gain on the user clip, dB re the corpus level of -26 dBFS active. */
  readonly gainDb: number;
  /** A noise bed under the whole call: a noise clip, looped, at this SNR re the user's active speech. */
  readonly bed: { readonly clip: string; readonly snrDb: number } | null;
  /** Seeds everything random in this attempt: device phase, jitter, the agent's own chance. */
  readonly seed: number;
}

/** Audio that one attempt needs, rendered for its condition. */
export interface AttemptMedia {
  readonly format: MediaFormat;
  /** The agent's response as the agent is asked to play it, at `format.rateHz`: the reference. Empty where it says what it likes. */
  readonly response: Pcm;
  /** What the agent is asked for: speech on the uplink at `format.rateHz`, or words; null: it need not be asked. */
  readonly prompt: { readonly audio: Pcm | null; readonly text: string | null } | null;
  /** What the user says at `format.rateHz`, with gain and condition applied; null for a control. */
  readonly user: { readonly pcm: Pcm; readonly onsetSample: number; readonly endSample: number } | null;
  /** Noise under the whole call, looped from `startSample`; null for none. */
  readonly bed: { readonly pcm: Pcm; readonly startSample: number } | null;
  /** Impulse response from what the caller hears to the uplink, at `format.rateHz`; null for no echo. */
  readonly echo: Float32Array | null;
  /** Network delay in each direction: fixed part and mean of an added exponential part; null for none. */
  readonly jitter: { readonly baseMs: Ms; readonly meanMs: Ms } | null;
}

// ---------------------------------------------------------------------------------------------- agents

export type OptionValue = string | number | boolean;
/** Options of an agent by dotted name, e.g. `{ 'vad.threshold': 0.5 }`. */
export type AgentOptions = Readonly<Record<string, OptionValue>>;

/** What an agent says of itself. A belief: compared with the audio, never trusted. */
export interface AgentEvent {
  readonly kind: 'vad-start' | 'vad-end' | 'cancel' | 'flush' | 'response-start' | 'response-end' | 'resume';
  /** When the harness received it. */
  readonly atMs: Ms;
}

/**
 * Where what an agent says comes from: it plays the response it is given; it speaks by itself on connect; or it must be asked, by
 * audio on the uplink or by a text. Only the first has a reference.
 */
export type TurnSource = 'response' | 'unprompted' | 'prompted';

/** What the harness asks the agent to say. Carries no word of what the user will do. */
export interface AgentTurn {
  /** The response to play. null: say what you like. */
  readonly response: Pcm | null;
  /** What to ask the agent for in words, where its protocol can carry them; null: nothing, or it is asked by audio. */
  readonly prompt: string | null;
}

/** A timer that can be taken back. */
export type Cancel = () => void;

/** One monotonic clock. Deadlines are absolute; a late one never moves the next. */
export interface Clock {
  readonly kind: 'virtual' | 'realtime';
  /** ms since the clock was made. */
  now(): Ms;
  /** Runs `run` at `dueMs`, or as soon as possible if that has passed. */
  at(dueMs: Ms, run: () => void | Promise<void>): Cancel;
}

/** What the harness hands to an agent for one session. Times are on the attempt's own time line. */
export interface SessionContext {
  readonly clock: Clock;
  readonly format: MediaFormat;
  /** For the agent's own chance (decision delays, stalls). */
  readonly seed: number;
  /** Audio for the caller: any length, at `format.rateHz`. Stamped as arrived when this is called. */
  audio(samples: Int16Array): void;
  /** Tells the client to drop what it has not played yet. */
  flush(): void;
  event(kind: AgentEvent['kind']): void;
  /** Ends the attempt as errored, for this reason: the connection was lost, the protocol broken. Only the first one counts. */
  fail(reason: string): void;
  /** Calls back once all audio handed over so far has been heard by the caller, or dropped by a flush. Never after the session. */
  whenHeard(run: () => void): Cancel;
  /** The playback position in all samples handed over so far: those before it have been heard, or dropped by a flush. */
  playedTo(): number;
  /** Where spans of the agent's own can hang on (a W3C `traceparent`); null on the virtual clock, whose time is no time of day. */
  readonly traceparent: string | null;
}

export interface AgentSession {
  /** Starts the response; resolves when the request has been accepted, not when the speech is over. */
  speak(turn: AgentTurn): Promise<void>;
  /** One uplink frame of `format.frameMs`, whose first sample was captured at `mediaTimeMs`. */
  send(frame: Int16Array, mediaTimeMs: Ms): void;
  close(): Promise<void>;
}

export interface Agent {
  readonly name: string;
  readonly paced: 'realtime' | 'burst' | 'unknown';
  /** In-process agents may run on the virtual clock. */
  readonly inProcess: boolean;
  /** The line it speaks on; null: any, as the condition of the attempt says. */
  readonly line: MediaFormat | null;
  readonly turns: TurnSource;
  /** Every option with the value in force; becomes the `param_...` columns. */
  readonly options: AgentOptions;
  /** Whether a turn can be asked for in words; left out: as the protocol has it. */
  readonly words?: boolean;
  connect(context: SessionContext): Promise<AgentSession>;
}

// ------------------------------------------------------------------------------------------- recording

/** One downlink packet. `from`: it is samples `[from, from + length)` of the response; else `data` holds it. */
export interface Packet {
  readonly arrivedMs: Ms;
  readonly length: number;
  readonly from: number | null;
  /** base64 of little-endian signed 16 bit; null where `from` is given. */
  readonly data: string | null;
}

/** An attempt's place in a trace (W3C Trace Context): ids of 32 and 16 hexadecimal digits, the second that of the attempt's own span. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** Everything that happened in one attempt: enough to measure it again. Plain, serialisable. */
export interface Recording {
  readonly attemptId: string;
  readonly format: MediaFormat;
  readonly clock: 'virtual' | 'realtime';
  readonly playout: PlayoutOptions;
  readonly packets: readonly Packet[];
  /** When each flush reached the client, and how many packets had come before it. */
  readonly flushes: readonly { readonly atMs: Ms; readonly afterPackets: number }[];
  readonly events: readonly AgentEvent[];
  readonly uplink: {
    readonly frames: number;
    /** Actual minus due departure of each frame, ms; null where every frame left exactly when due. */
    readonly latenessMs: readonly number[] | null;
    /** Delays of the receiving thread: [when it was due, by how much late], where above 1 ms. */
    readonly stallsMs: readonly (readonly [Ms, Ms])[];
  };
  /** When the agent was asked to speak. */
  readonly askedMs: Ms;
  /** What was injected; null when the agent never spoke or the offset was missed. */
  readonly injected: {
    /** The agent's first audible sample as heard, as found while replaying. */
    readonly agentOnsetMs: Ms;
    /** Capture time of the user's first active sample (virtual for a control). */
    readonly userOnsetMs: Ms;
    /** Capture time just after the user's last active sample. */
    readonly userEndMs: Ms;
    /** How far the onset was put off until the agent had been audible for 100 ms (no reference only). */
    readonly slippedMs: Ms;
  } | null;
  /** Set when the onset could not be scheduled: the smallest offset that could have been. */
  readonly smallestOffsetMs: Ms | null;
  /** When the recording ends. */
  readonly endMs: Ms;
  /** What went wrong; null when nothing did. */
  readonly error: string | null;
  /** What the agent was offered to join; null on the virtual clock. */
  readonly trace: TraceIds | null;
  /** Zero of the time line on the wall clock, ms since 1970, read once when the run's clock was made; null on the virtual clock. */
  readonly wallMs: Ms | null;
}

/** How the modelled client plays what it receives. */
export interface PlayoutOptions {
  /** Depth at which play starts, ms; 0 for none. */
  readonly targetMs: Ms;
  /** The device takes audio in steps of this length; a flush takes effect at the next step. */
  readonly quantumMs: Ms;
  /** Where this attempt's device grid lies, ms in [0, quantum). */
  readonly phaseMs: Ms;
}

/** PCM on the attempt's own time line: sample `i` is heard at `i / rateHz * 1000` ms. */
export interface HeardTrack {
  readonly rateHz: number;
  readonly samples: Int16Array;
}

/** A run of audible samples, `[from, to)`, in samples of its track. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

// -------------------------------------------------------------------------------------------- verdicts

export type Outcome = 'yielded' | 'resumed' | 'talked-through' | 'held' | 'invalid' | 'errored';
export type HarnessFault = 'harness-late' | 'offset-missed' | 'offset-off' | 'too-little-speech-left' | 'onset-in-pause' | 'snr-too-low';
export type AgentFault = 'silent-at-onset' | 'no-speech' | 'coincident' | 'wrong-rate';
export type InvalidReason = HarnessFault | AgentFault;
export type DetectorName = 'energy' | 'reference-aware';
/** What a verdict rests on: a detector that listened, or the times of a trace's spans alone. */
export type JudgedBy = DetectorName | 'spans';

/** The verdict on one attempt. Latencies count from the user's speech onset. */
export interface AttemptResult {
  readonly attempt: Attempt;
  readonly outcome: Outcome;
  /** Which detector judged. Of `spans`, all times count from where the agent's VAD fired: the onset itself is not known. */
  readonly detector: JudgedBy;
  /** Recomputed on the heard track; null without an onset. */
  readonly actualOffsetMs: Ms | null;
  /** Heard stop minus onset; the upper end where the stop fell into a pause. null: no stop. */
  readonly stopLatencyMs: Ms | null;
  /** The lower end of the same; equal to `stopLatencyMs` where the stop is a point. */
  readonly stopLatencyLoMs: Ms | null;
  readonly stoppedInPause: boolean;
  /** What the energy detector alone says of the same track; null: no stop. */
  readonly energyStopLatencyMs: Ms | null;
  /** From the onset to the departure of the frame that holds it. */
  readonly packetizationMs: Ms | null;
  /** Arrival of the last audible sample that was played, minus onset; may be negative. */
  readonly wireStopLatencyMs: Ms | null;
  /** Onset to the agent's own VAD event. */
  readonly detectMs: Ms | null;
  /** Onset to the agent's own cancel or flush. */
  readonly cancelMs: Ms | null;
  /** Onset to the first flush that reached the client. */
  readonly flushMs: Ms | null;
  /** From the agent's own trace, joined to the attempt: onset to its VAD, its cancel and its flush. Beliefs. */
  readonly agentVadDetectMs: Ms | null;
  readonly agentCancelMs: Ms | null;
  readonly agentFlushMs: Ms | null;
  /** When the agent's trace says it was silent, minus when it was: negative where it believes to be quiet while it is heard. */
  readonly beliefErrorMs: Ms | null;
  /** A new response after the stop, from the end of the user's speech. */
  readonly responseLatencyMs: Ms | null;
  /**
   * From the stop to the agent being audible again within the resume window, whatever the outcome. Where no stop was found and the
   * response is not known, it is the length of the longest silence from 200 ms up to the hangover.
   */
  readonly resumedAfterMs: Ms | null;
  /** How long after the onset the agent was observed: a censored latency is more than this. */
  readonly observedMs: Ms | null;
  /** Evidence of resuming or holding that a natural end cut off. */
  readonly truncated: boolean;
  /** Old audio heard after the stop, too short to be the response going on. */
  readonly leakMs: Ms | null;
  /** The level first fell 6 dB and stayed audible: onset to that point. */
  readonly duckedAfterMs: Ms | null;
  /** The level first fell 20 dB for good: onset to that point (a fade is reported by both). */
  readonly down20DbMs: Ms | null;
  readonly bufferDepthMs: Ms | null;
  readonly maxBufferDepthMs: Ms | null;
  readonly underruns: number;
  readonly largestGapMs: Ms | null;
  /** RFC 3550 interarrival jitter at the end of the recording. */
  readonly jitterMs: Ms | null;
  /** Audio per time, where the packets before the onset came evenly: 1 in real time. null: all at once, unevenly, or for less than a second. */
  readonly arrivalPace: number | null;
  /** Largest lateness of an uplink frame from the onset to the stop. */
  readonly sendLatenessMs: Ms | null;
  /** The reference did not match what was heard: the energy detector judged instead. */
  readonly referenceLost: boolean;
  readonly invalidReason: InvalidReason | null;
  readonly error: string | null;
}

// --------------------------------------------------------------------------------------------- the run

/** Measured minus true stop, from a run against an agent that stops a programmed time after the onset. */
export interface CalibrationSummary {
  /** Attempts with a measured stop. */
  readonly n: number;
  readonly medianMs: number | null;
  /** p95 of the absolute error: the error bar. */
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  /** Attempts in which the agent did not stop at all. */
  readonly controls: number;
  /** Yields reported on those. */
  readonly falseYields: number;
}

/** Something a reader should know: what was seen, the likely cause, what to try. */
export interface Warning {
  readonly seen: string;
  readonly cause: string;
  readonly remedy: string;
}

export interface Environment {
  readonly version: string;
  readonly node: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly load1: number;
}

/** How far the two clocks agree, on attempts replayed on both. */
export interface ClockAgreement {
  readonly attempts: number;
  /** Attempts with a stop on both clocks. */
  readonly compared: number;
  readonly medianMs: number | null;
  readonly maxMs: number | null;
  readonly sameOutcome: number;
  readonly harnessLate: number;
}

/** How well a real-time run kept its schedule, ms. */
export interface Lateness {
  readonly sendP50Ms: number;
  readonly sendP99Ms: number;
  readonly sendMaxMs: number;
  /** Of empty deadlines of the same pacer during the run: the floor. */
  readonly loopP50Ms: number | null;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Audio time over wall time per session: 1 when nothing fell behind. */
  readonly realtimeRatio: number;
  /** Replays that the harness spoilt and tried again, counted in the figures above; null where it is not known, as in a run that was gone on with. */
  readonly triedAgain: number | null;
}

/** A stage of a voice pipeline, as its spans name it: speech recognition, language model, synthesis, the caller's client, the barge-in. */
export type Stage = 'asr' | 'llm' | 'tts' | 'client' | 'barge_in';

export type StackFigureName =
  | 'first_byte'
  | 'total'
  | 'first_partial'
  | 'final'
  | 'revision'
  | 'largest_gap'
  | 'jitter'
  | 'buffer_depth'
  | 'max_buffer_depth';

/** One quantity of one stage over all its spans. */
export interface StackFigure {
  readonly name: StackFigureName;
  /** Spans that have it. */
  readonly n: number;
  /** Spans that say they produced nothing (-1): not among `n`. */
  readonly nothing: number;
  /** By nearest rank; null where `n` is 0. */
  readonly p50Ms: Ms | null;
  readonly p95Ms: Ms | null;
  readonly p99Ms: Ms | null;
}

export interface StageFigures {
  readonly stage: Stage;
  /** Spans of the stage. */
  readonly n: number;
  readonly errors: number;
  /** At p95 of the first byte, somebody is to be paged; null: never. */
  readonly pageLimitMs: Ms | null;
  /** p95 of the first byte is above the limit; null where there is no limit or no p95. */
  readonly overLimit: boolean | null;
  /** First byte and total first. */
  readonly figures: readonly StackFigure[];
  /** Final transcripts whose text differs from the last partial one, of those of which both texts are known; null for other stages. */
  readonly revised: { readonly n: number; readonly count: number } | null;
}

/** How often something was seen, and where first. */
export interface Tallied {
  readonly what: string;
  readonly count: number;
  readonly example: string | null;
}

/** What a trace says beside its barge-ins. */
export interface TraceFacts {
  /** As named on the command line, or the address that was listened on. */
  readonly sources: readonly string[];
  readonly spans: number;
  /** Spans, and other pieces of the input, that could not be used: they are in no figure. */
  readonly lost: number;
  readonly calls: number;
  /** Rows that a run of this program had written into its spans (`bargein.*`), and that count from the caller's first syllable. */
  readonly rebuilt: number;
  /** Barge-ins of which no latency can be told, by what is missing. They are in no figure. */
  readonly unmeasured: readonly Tallied[];
  /** What is wrong with the input; what was left out for it is in no figure. */
  readonly defects: readonly Tallied[];
  /** Not wrong, but a reader should know: e.g. speech of the caller while the agent was silent. */
  readonly notes: readonly Tallied[];
  readonly stack: readonly StageFigures[];
}

/** All about a run that is not a result. Written as run.json. */
export interface RunInfo {
  readonly schemaVersion: 1;
  /** Attempts that were replayed, or the spans of calls that were made by people: the two are not to be compared to the millisecond. */
  readonly source: 'replay' | 'trace';
  /** null of a replay. */
  readonly trace: TraceFacts | null;
  readonly runId: string;
  /** What makes two runs the same run, shards of it included: a hash of configuration, options, label, corpus, draw and version. */
  readonly runKey: string;
  readonly label: string;
  readonly agent: string;
  readonly agentOptions: AgentOptions;
  /** Where its words came from: only a `response` has a reference. */
  readonly turns: TurnSource;
  /** The longest pause in the agent's own undisturbed speech, where its response is not known: it sets the hangover, ms. */
  readonly undisturbedPauseMs: Ms | null;
  readonly clock: 'virtual' | 'realtime';
  /** Wall clock at the start, ISO 8601; null on the virtual clock, where equal runs give equal bytes. */
  readonly startedAt: string | null;
  readonly version: string;
  readonly seed: number;
  readonly corpus: { readonly name: string; readonly hash: string };
  readonly draw: { readonly profile: string; readonly hash: string; readonly attempts: number };
  /** Which part of the planned attempts this is; null for all of them. */
  readonly shard: Shard | null;
  readonly withinMs: readonly number[];
  /** Every flag of the run with the value in force. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
  readonly calibration: CalibrationSummary | null;
  /** p95 of the absolute error of the measurement on this clock and transport, ms. */
  readonly errorBarMs: number | null;
  readonly lateness: Lateness | null;
  /** Sessions at once in real time; null on the virtual clock. */
  readonly sessions: number | null;
  readonly agreement: ClockAgreement | null;
  /** Why the run cannot be trusted; empty when it can. */
  readonly untrusted: readonly string[];
  readonly warnings: readonly Warning[];
  /** Attempts planned but not measured (Ctrl-C, --max-duration). */
  readonly unfinished: number;
}

/** Everything a run needs to know, all defaults filled in. Plain, serialisable. */
export interface RunConfig {
  /** e.g. `reference:after`. */
  readonly agent: string;
  readonly agentOptions: AgentOptions;
  /** Speech that asks a prompted agent for its turn: a WAV file; null: none. */
  readonly promptAudio: string | null;
  /** Words that ask a prompted agent for its turn, where its protocol carries them; null: none. */
  readonly promptText: string | null;
  readonly corpusDir: string;
  readonly profile: ProfileName;
  /** Run the base draw under these conditions; null: the draw as it is. */
  readonly conditions: readonly ConditionName[] | null;
  /** `key=value[,value]`, all must hold. */
  readonly filter: readonly string[];
  readonly limit: number | null;
  readonly seed: number;
  readonly repeat: number;
  /** Only this part of the attempts; null: all. */
  readonly shard: Shard | null;
  /** How often an attempt that the harness spoilt is run again. */
  readonly retries: number;
  readonly clock: 'virtual' | 'realtime';
  /** Sessions at once in real time, if this machine keeps their schedule; `auto`: as many as it does. */
  readonly concurrency: number | 'auto';
  /** Attempts replayed in real time before those that count. */
  readonly warmUps: number;
  /** One session for consecutive attempts, in place of a new one for each. */
  readonly reuseSession: boolean;
  /** Worker threads on the virtual clock; 0: none, in this thread. */
  readonly jobs: number;
  readonly withinMs: readonly Ms[];
  readonly playoutMs: Ms;
  readonly detector: DetectorName | 'auto';
  /** By name, as given: `{ hangoverMs: '200' }`. */
  readonly detectorOptions: Readonly<Record<string, string>>;
  readonly attemptTimeoutMs: Ms;
  /** The run stops cleanly after this; null: never. */
  readonly maxDurationMs: Ms | null;
  readonly label: string;
  readonly outputDir: string;
  /** What to do with a folder that holds a run already. */
  readonly existing: 'refuse' | 'resume' | 'replace';
  readonly keepAudio: 'all' | 'failures' | 'none';
  /** How many attempts a run on the virtual clock also replays in real time, to hold the clocks against each other. */
  readonly agreementAttempts: number;
  /** Attempts of the calibration that each run begins with. */
  readonly calibrationAttempts: number;
  /** What the run must reach, e.g. `interrupt_rate@100 >= 0.85`. */
  readonly gates: readonly string[];
  /** Judge a gate by the end of the interval that is worse for it, or by the estimate itself. */
  readonly gateOn: 'bound' | 'point';
  /** Compare with the baseline of this name; null: with none. */
  readonly baseline: string | null;
  /** Keep the results as a baseline of this name; null: do not. */
  readonly saveBaseline: string | null;
  /** A confident regression against the baseline fails the run. */
  readonly failOnRegression: boolean;
  readonly reports: readonly ReportFormat[];
  /** Export spans and metrics over OTLP/HTTP to this collector, a URL; `environment`: to where OTEL_EXPORTER_OTLP_ENDPOINT says; null: to none. */
  readonly otlp: string | null;
  /** Write the spans to this file, as lines of OTLP JSON; null: to none. */
  readonly otlpFile: string | null;
  /** Receive the agent's own spans over OTLP/HTTP during the run, at this `host:port`; null: do not. */
  readonly otlpListen: string | null;
}

/** How far a run has come. */
export interface Progress {
  readonly phase: 'calibrating' | 'warming-up' | 'replaying' | 'comparing-clocks' | 'reporting';
  readonly done: number;
  readonly total: number;
  /** p50 of the stop latency so far (misses as infinity); null while there is none. */
  readonly p50Ms: number | null;
  /** Rate at the middle latency limit so far, and that limit. */
  readonly rate: number | null;
  readonly rateLimitMs: Ms | null;
  readonly elapsedMs: Ms;
  readonly etaMs: Ms | null;
  /** What is to be known at once, told a single time. */
  readonly note?: string;
}
