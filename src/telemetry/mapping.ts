import { z } from 'zod';
import { BargeinError, nearest } from '../errors.js';
import { stages } from '../measure/stack-names.js';
import type { Intent, Stage } from '../types.js';

/** Which spans are meant: all that is given must hold. */
export interface SpanMatch {
  /** Its name; a `*` at the end stands for any rest. */
  readonly span?: string;
  /** Attributes by value; booleans and numbers also match their text. */
  readonly where?: Readonly<Record<string, string | number | boolean>>;
}

/** A length of time on a span. */
export interface Amount {
  readonly attribute: string;
  readonly unit: 'ms' | 's';
}

/** An instant: an edge of a span, an event on it, or an attribute that counts from an edge of it or from 1970 (`epoch`). */
export type Moment = SpanMatch &
  (
    | { readonly at: 'start' | 'end' }
    | { readonly event: string }
    | (Amount & { readonly from?: 'start' | 'end' | 'epoch' })
  );

/** The moment at which the VAD fires. `interrupts`: it is only there where the agent was speaking. */
export type VadMoment = Moment & { readonly interrupts?: boolean };

/** A turn of the agent, during which it may fall silent and go on; `interrupted` names the attribute that says whether it was. */
export type AgentTurnRule = SpanMatch & { readonly interrupted?: string };

export interface IntentRule {
  readonly attribute: string;
  /** What its values mean; left out: the names of intents themselves. */
  readonly values?: Readonly<Record<string, Intent>>;
  /** It is what the agent itself took the speech for: said in every report. */
  readonly believed?: boolean;
}

/** Spans of one stage, and where its quantities are. Of several places the first that is there counts. */
export type StageRule = SpanMatch & {
  readonly stage: Stage;
  readonly firstByte?: readonly Amount[];
  /** Left out: the length of the span. */
  readonly total?: readonly Amount[];
  /** Attributes that are true on an error, beside the status of the span. */
  readonly error?: readonly string[];
  /** Names of events. */
  readonly partials?: readonly string[];
  readonly finals?: readonly string[];
  readonly chunks?: readonly string[];
  /** Attribute of a partial or final event that holds its text. Compared, never kept. */
  readonly text?: readonly string[];
  readonly firstPartial?: readonly Amount[];
  readonly final?: readonly Amount[];
  readonly largestGap?: readonly Amount[];
  readonly jitter?: readonly Amount[];
  readonly bufferDepth?: readonly Amount[];
  readonly maxBufferDepth?: readonly Amount[];
};

/** Which names a pipeline gives to what happens in a call. docs/tracing-in.md describes it. */
export interface TraceMapping {
  /** Names that hold besides, after these (default: all three). */
  readonly extends?: readonly MappingName[];
  /** Attributes of spans or resources that say which call it is; without any of them it is the trace. */
  readonly call?: readonly string[];
  /** Attributes that say which turn it is. */
  readonly turn?: readonly string[];
  /** What the caller's speech is: where an attribute says it, or the same for all. Without either: `interruption`. */
  readonly intent?: Intent | readonly IntentRule[];
  /** Spans each of which is one barge-in; moments on them belong to it. */
  readonly bargeIn?: readonly SpanMatch[];
  readonly vad?: readonly VadMoment[];
  readonly userEnd?: readonly Moment[];
  readonly agentStart?: readonly Moment[];
  readonly agentQuiet?: readonly Moment[];
  readonly cancel?: readonly Moment[];
  readonly flush?: readonly Moment[];
  /** The agent goes on with what it was interrupted in. */
  readonly resumed?: readonly Moment[];
  readonly agentTurn?: readonly AgentTurnRule[];
  readonly stages?: readonly StageRule[];
}

export const mappingNames = ['story', 'livekit', 'pipecat'] as const;
export type MappingName = (typeof mappingNames)[number];
export const intents: readonly Intent[] = ['interruption', 'backchannel', 'noise', 'control'];

/** A mapping with every list there, in the order in which they are tried. */
export type FullMapping = Required<Omit<TraceMapping, 'extends' | 'intent'>> & { readonly intent: Intent | readonly IntentRule[] };

const text = z.string().min(1);
const texts = z.array(text);
const match = { span: text.optional(), where: z.record(text, z.union([text, z.number(), z.boolean()])).optional() };
const unit = z.enum(['ms', 's']);
const amount = z.strictObject({ attribute: text, unit });
const amounts = z.array(amount);
const momentFields = {
  ...match,
  at: z.enum(['start', 'end']).optional(),
  event: text.optional(),
  attribute: text.optional(),
  unit: unit.optional(),
  from: z.enum(['start', 'end', 'epoch']).optional(),
};
const intent = z.enum(['interruption', 'backchannel', 'noise', 'control']);

/** The keys of each list's entries, for "did you mean". */
const entries = {
  bargeIn: match,
  vad: { ...momentFields, interrupts: z.boolean().optional() },
  userEnd: momentFields,
  agentStart: momentFields,
  agentQuiet: momentFields,
  cancel: momentFields,
  flush: momentFields,
  resumed: momentFields,
  agentTurn: { ...match, interrupted: text.optional() },
  stages: {
    ...match,
    stage: z.enum(stages),
    firstByte: amounts.optional(),
    total: amounts.optional(),
    error: texts.optional(),
    partials: texts.optional(),
    finals: texts.optional(),
    chunks: texts.optional(),
    text: texts.optional(),
    firstPartial: amounts.optional(),
    final: amounts.optional(),
    largestGap: amounts.optional(),
    jitter: amounts.optional(),
    bufferDepth: amounts.optional(),
    maxBufferDepth: amounts.optional(),
  },
} as const;

const moments = ['vad', 'userEnd', 'agentStart', 'agentQuiet', 'cancel', 'flush', 'resumed'] as const satisfies readonly (keyof typeof entries)[];

const intentRule = { attribute: text, values: z.record(text, intent).optional(), believed: z.boolean().optional() };
const top = {
  extends: z.array(z.enum(mappingNames)).optional(),
  call: texts.optional(),
  turn: texts.optional(),
  intent: z.union([intent, z.array(z.strictObject(intentRule))]).optional(),
  ...Object.fromEntries(Object.entries(entries).map(([name, fields]) => [name, z.array(z.strictObject(fields)).optional()])),
};
const schema = z.strictObject(top);

/** Entries of one list, at most: each is tried on every span. */
const mostEntries = 200;

/**
 * Checks what a mapping file holds.
 * @param path names the file in errors
 * @throws BargeinError naming file and place, for a key that does not exist with the nearest one, and for a moment that is none
 */
export function checkMapping(content: unknown, path: string): TraceMapping {
  const checked = schema.safeParse(content);
  if (!checked.success) throw faultOf(checked.error.issues[0], path);
  const mapping = checked.data as TraceMapping;
  for (const name of Object.keys(entries) as (keyof typeof entries)[]) {
    const list = mapping[name] ?? [];
    if (list.length > mostEntries) throw new BargeinError(`${path}: ${name} has ${list.length} entries, of ${mostEntries} at most`, 'join names that begin alike with a `*` at the end');
  }
  for (const name of moments) mapping[name]?.forEach((moment, i) => refuseVague(moment, `${name}.${i}`, path));
  for (const name of ['bargeIn', 'agentTurn', 'stages'] as const) mapping[name]?.forEach((rule, i) => refuseAnySpan(rule, `${name}.${i}`, path));
  return mapping;
}

/** A moment is exactly one of an edge, an event and an attribute. */
function refuseVague(moment: Moment, place: string, path: string): void {
  const given = (['at', 'event', 'attribute'] as const).filter((key) => key in moment && moment[key as keyof Moment] !== undefined);
  if (given.length !== 1) {
    const seen = given.length === 0 ? 'none of them' : given.join(' and ');
    throw new BargeinError(`${path}: ${place} must have one of at, event and attribute, and has ${seen}`, "write e.g. { span: 'user_speaking', at: 'start' }, { event: 'vad.speech_started' } or { span: 'turn', attribute: 'vad_ms', unit: 'ms' }");
  }
  if (given[0] === 'attribute' && !('unit' in moment)) throw new BargeinError(`${path}: ${place} has an attribute without a unit`, "add unit: 'ms' or unit: 's'");
  if (given[0] === 'at') refuseAnySpan(moment, place, path);
}

function refuseAnySpan({ span, where }: SpanMatch, place: string, path: string): void {
  if (span === undefined && where === undefined) throw new BargeinError(`${path}: ${place} would take every span`, 'say which with span, where or both');
}

function faultOf(issue: z.core.$ZodIssue, path: string): BargeinError {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const known = issue.path.length === 0 ? Object.keys(top) : keysAt(String(issue.path[0]));
    const near = nearest(key, known);
    return new BargeinError(`${path}: unknown key '${[...issue.path.map(String), key].join('.')}'`, near ? `did you mean '${near}'?` : `the keys are ${known.join(', ')}`);
  }
  return new BargeinError(`${path}: ${place === '' ? 'the mapping' : place}: ${issue.message.replace(/^Invalid (input|option): /, '')}`, 'docs/tracing-in.md describes the file');
}

function keysAt(list: string): string[] {
  if (list === 'intent') return Object.keys(intentRule);
  return list in entries ? Object.keys(entries[list as keyof typeof entries]) : Object.keys(amount.shape);
}

/** Joins mappings: what comes first is tried first; the first that fixes the intent has it. */
export function joinMappings(mappings: readonly TraceMapping[]): FullMapping {
  const all = <K extends keyof FullMapping>(key: K) => mappings.flatMap((mapping) => (mapping[key] ?? []) as FullMapping[K] & readonly unknown[]) as unknown as FullMapping[K];
  const fixed = mappings.find(({ intent: given }) => given !== undefined)?.intent;
  return {
    call: all('call'),
    turn: all('turn'),
    intent: typeof fixed === 'string' ? fixed : mappings.flatMap(({ intent: given }) => (given === undefined || typeof given === 'string' ? [] : given)),
    bargeIn: all('bargeIn'),
    vad: all('vad'),
    userEnd: all('userEnd'),
    agentStart: all('agentStart'),
    agentQuiet: all('agentQuiet'),
    cancel: all('cancel'),
    flush: all('flush'),
    resumed: all('resumed'),
    agentTurn: all('agentTurn'),
    stages: all('stages'),
  };
}
