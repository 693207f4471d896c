import type { AgentOptions, ConditionName, DetectorName, OptionValue, ProfileName, ReportFormat, RunConfig } from './types.js';

/** An agent under a name of one's own: `--agent NAME` picks it. */
export interface NamedAgent {
  /** e.g. `reference:after`. */
  readonly agent: string;
  readonly options?: AgentOptions;
}

/** A sweep under a name of one's own: `bargein sweep NAME` runs it. Keys are the flags of `bargein sweep`. */
export interface NamedSweep {
  readonly agent?: string;
  readonly agentOptions?: AgentOptions;
  /** Values of each parameter, or a range with both ends: `{ 'vad.threshold': '0.4:0.65:0.05' }`. */
  readonly params: Readonly<Record<string, string | readonly OptionValue[]>>;
  /** A share (0.05) or a percentage ('5%'). */
  readonly maxFalseYield?: number | string;
  /** A share (0.85) or a percentage ('85%'). */
  readonly minRate?: number | string;
  /** ms; one of `within`. */
  readonly objectiveWithin?: number;
  /** The point that the others are held against, e.g. `{ 'vad.threshold': 0.5 }`. */
  readonly reference?: AgentOptions;
}

/**
 * What `bargein.config.ts` may say: defaults for the flags of the same name. A value is read as the text after its flag would be;
 * where a flag takes a list, an array will do. Flags and variables (`BARGEIN_LIMIT`) come before it. Described in
 * docs/configuration.md.
 */
export interface BargeinConfig {
  readonly agents?: Readonly<Record<string, NamedAgent>>;
  readonly sweeps?: Readonly<Record<string, NamedSweep>>;

  /** A name of `agents`, or an agent with a preset after a colon. */
  readonly agent?: string;
  /** For whatever agent runs; those of a named agent come before them. */
  readonly agentOptions?: AgentOptions;
  /** Speech that asks a prompted agent for its turn: a recording, relative to this file. */
  readonly promptAudio?: string;
  readonly promptText?: string;
  /** Relative to this file. */
  readonly corpus?: string;
  readonly profile?: ProfileName;
  readonly conditions?: string | readonly ConditionName[];
  /** `key=value[,value]`; all must hold. */
  readonly filters?: string | readonly string[];
  readonly limit?: number;
  readonly repeat?: number;
  readonly seed?: number;
  /** `2/4`: the second of four. */
  readonly shard?: string;

  /** Latency limits, ms. */
  readonly within?: number | string | readonly number[];
  readonly playoutMs?: number;
  readonly detector?: DetectorName | 'auto';
  readonly detectorOptions?: Readonly<Record<string, number | string>>;

  readonly clock?: 'virtual' | 'realtime';
  /** On the virtual clock only; without effect in real time. */
  readonly jobs?: number;
  /** In real time only; without effect on the virtual clock. */
  readonly concurrency?: number | 'auto';
  readonly warmup?: number;
  readonly reuseSession?: boolean;
  readonly retries?: number;
  /** `90s`, `2m`; a number is seconds. */
  readonly attemptTimeout?: number | string;
  /** `90s`, `2m`; a number is seconds. */
  readonly maxDuration?: number | string;
  readonly clockCheck?: boolean;

  /** e.g. `interrupt_rate@100 >= 0.85`. */
  readonly gates?: string | readonly string[];
  readonly gateOn?: RunConfig['gateOn'];
  readonly baseline?: string;
  readonly failOnRegression?: boolean;
  readonly saveBaseline?: string;

  /** Relative to this file. */
  readonly output?: string;
  readonly label?: string;
  readonly keepAudio?: RunConfig['keepAudio'];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly reports?: string | readonly ReportFormat[];
  /** A collector's URL; `true`: where OTEL_EXPORTER_OTLP_ENDPOINT says. */
  readonly otlp?: string | boolean;
  /** Relative to this file. */
  readonly otlpFile?: string;
  /** `127.0.0.1:4318` */
  readonly otlpListen?: string;
}

/** Says to an editor what a configuration is; hands it back unchanged. */
export function defineConfig(config: BargeinConfig): BargeinConfig {
  return config;
}
