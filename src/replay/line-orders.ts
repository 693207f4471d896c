import type { ChildMemory } from '../agents/child-table.js';
import type { ExitCode } from '../errors.js';
import type { LatenessFigures } from '../time/index.js';
import type { AgentOptions, Attempt, AttemptMedia, MediaFormat, Ms, Pcm, Recording } from '../types.js';
import type { ReplayOptions } from './attempt.js';
import type { Rehearsal } from './rehearsal.js';
import type { Witnessed } from './witness.js';

/** What the line's thread is told once. */
export interface LineSetup {
  /** Where it enters the children that its agents start. */
  readonly children: ChildMemory;
  /** The folder for what its calls leave in files. */
  readonly callFolder: string;
}

/** An agent as it is asked for. */
export interface AgentChoice {
  readonly agent: string;
  readonly options: AgentOptions;
}

/** The audio of an attempt on its way to the line's thread; the response is there already, under this number; null: none. */
export interface LineMedia extends Omit<AttemptMedia, 'response'> {
  readonly response: number | null;
}

/** Hands over a response, before any attempt that needs it: the thread then has the one array that all its attempts share. */
export interface ResponseOrder {
  readonly kind: 'response';
  readonly response: number;
  readonly pcm: Pcm;
}

/** Loads an agent; one of this process is also connected to once for each format, so that what it loads and compiles delays no session. */
export interface WarmUpOrder extends AgentChoice {
  readonly kind: 'warm-up';
  readonly formats: readonly MediaFormat[];
}

export interface ReplayOrder extends AgentChoice {
  readonly kind: 'replay';
  readonly attempt: Attempt;
  readonly media: LineMedia;
  readonly replay: ReplayOptions;
  /** When to connect, on `process.hrtime.bigint()`; null: on the virtual clock, to no other end than to have done it once. */
  readonly startNs: bigint | null;
  /** Attempts of one name share a session, one after another; null: a session of its own. */
  readonly session: string | null;
  /** Whether a witness is to say what passed between the agent and the harness. */
  readonly witnessed: boolean;
}

export interface WitnessedRecording {
  readonly recording: Recording;
  /** null where there was no witness. */
  readonly witnessed: Witnessed | null;
}

/** Does the work of this many sessions without an agent. */
export interface RehearseOrder {
  readonly kind: 'rehearse';
  readonly sessions: number;
  readonly forMs: Ms;
}

/** Forgets how late empty deadlines have been so far: they were another replay's. */
export interface ForgetOrder {
  readonly kind: 'forget-floor';
}

/** Hangs up whatever is open. */
export interface EndOrder {
  readonly kind: 'end';
}

export type LineOrder = ResponseOrder | WarmUpOrder | ReplayOrder | RehearseOrder | ForgetOrder | EndOrder;

/** What is answered to each kind of order. */
export interface LineAnswers {
  readonly response: null;
  readonly 'warm-up': null;
  readonly replay: WitnessedRecording;
  readonly rehearse: Rehearsal;
  readonly 'forget-floor': null;
  readonly end: null;
}

export interface NumberedOrder {
  readonly number: number;
  readonly order: LineOrder;
}

export interface LineReply {
  readonly number: number;
  readonly answer: LineAnswers[keyof LineAnswers];
  readonly error: string | null;
  /** The user's mistake, where it was one. */
  readonly fault: { readonly message: string; readonly hint: string; readonly code: ExitCode } | null;
  /** How late empty deadlines have been so far while sessions were open; null before the first one. */
  readonly floor: LatenessFigures | null;
}
