import { BargeinError, nearest } from '../errors.js';
import type { Agent, AgentOptions } from '../types.js';
import { allowedOf, resolveOptions } from './option-table.js';
import type { OptionTable } from './option-table.js';
import { programmedOptions, referenceOptions, referencePresets } from './options.js';
import { ProgrammedAgent } from './programmed.js';
import { ReferenceAgent } from './reference.js';
import { jsonHoldsSecret, looksSecret, rememberSecretsIn, rememberSecretsOf, secretOption } from './secrets.js';
import { shownAgent } from './shown-agent.js';
import { addressPerCall } from './wire.js';
import type { WireKind } from './wire.js';

/** An agent of this process. */
interface BuiltIn {
  readonly options: OptionTable;
  /** Named sets of options; the first is the default. */
  readonly presets: Readonly<Record<string, AgentOptions>>;
  /** Not offered: for the harness's own use. */
  readonly hidden: boolean;
  make(name: string, preset: AgentOptions, given: AgentOptions): Agent;
}

const builtIns: Readonly<Record<string, BuiltIn>> = {
  reference: {
    options: referenceOptions,
    presets: { after: referencePresets.after, before: referencePresets.before },
    hidden: false,
    make: (name, preset, given) => new ReferenceAgent(name, resolveOptions(name, referenceOptions, preset, given)),
  },
  programmed: {
    options: programmedOptions,
    presets: {},
    hidden: true,
    make: (name, preset, given) => new ProgrammedAgent(name, resolveOptions(name, programmedOptions, preset, given)),
  },
};

/** What reaches an agent that runs elsewhere, and what follows its name and a colon in a spec. Loaded when it is asked for. */
interface Wire {
  readonly target: string;
  /** Options that begin so reach the far side, and an agent that is served there. */
  readonly prefix: 'param' | 'query' | 'env';
  /** Whether the far side can have its client drop what has not been played, and so send ahead of real time. */
  readonly flushes: boolean;
  /** Whether its protocol carries words to ask the agent with. */
  readonly words: boolean;
  /** Whether an option can get an address for each call: then `addressPerCall` may stand for the target. */
  readonly perCall: boolean;
  load(): Promise<WireKind>;
}

const wires: Readonly<Record<string, Wire>> = {
  twilio: { target: 'ws://HOST:PORT/PATH', prefix: 'param', flushes: true, words: false, perCall: false, load: async () => (await import('./twilio.js')).twilio },
  pcm: { target: 'ws://HOST:PORT/PATH', prefix: 'query', flushes: true, words: true, perCall: true, load: async () => (await import('./pcm.js')).pcm },
  'openai-realtime': { target: 'wss://HOST/PATH', prefix: 'query', flushes: true, words: true, perCall: false, load: async () => (await import('./openai-realtime.js')).openaiRealtime },
  'livekit-console': { target: 'COMMAND', prefix: 'env', flushes: true, words: true, perCall: false, load: async () => (await import('./livekit-console.js')).livekitConsole },
  stdio: { target: 'COMMAND', prefix: 'env', flushes: false, words: false, perCall: false, load: async () => (await import('./stdio.js')).stdio },
  pipecat: { target: 'ws://HOST:PORT/PATH', prefix: 'query', flushes: true, words: true, perCall: false, load: async () => (await import('./pipecat.js')).pipecat },
};

/** The kind of a spec that names a file. */
const moduleKind = 'module';
const moduleFile = /^(?:\.{1,2}\/|\/|file:|[A-Za-z]:[\\/])|\.[cm]?[jt]s$/;

export interface AgentSpec {
  readonly kind: string;
  /** null where the kind has none. */
  readonly preset: string | null;
  /** Address, command or file of an agent that is not built in; null for one that is. */
  readonly target: string | null;
}

/** What `--agent` may be, without the hidden ones. */
export function agentSpecs(): string[] {
  const builtIn = offered().flatMap(([kind, { presets }]) => (Object.keys(presets).length > 0 ? Object.keys(presets).map((preset) => `${kind}:${preset}`) : [kind]));
  return [...builtIn, ...Object.entries(wires).flatMap(([kind, { target, perCall }]) => [`${kind}:${target}`, ...(perCall ? [`${kind}:${addressPerCall}`] : [])]), './my-agent.ts'];
}

/** What `--agent` may begin with, where something is left to be said: `twilio:ws://`. Built-in ones are whole. */
export function agentPrefixes(): string[] {
  return agentSpecs().filter((spec) => !moduleFile.test(spec)).map((spec) => spec.replace(/(?:COMMAND|HOST).*$/, ''));
}

function offered(): [string, BuiltIn][] {
  return Object.entries(builtIns).filter(([, { hidden }]) => !hidden);
}

/**
 * Reads `kind`, `kind:preset`, `wire:target`, or the path of a module. Without a preset it is the kind's first.
 * @param options those given for the agent: they say what of an address may be shown in an error
 * @throws BargeinError for a kind or a preset that does not exist, and for a wire without a target
 */
export function parseAgentSpec(spec: string, options: AgentOptions = {}): AgentSpec {
  const [kind, ...rest] = spec.split(':');
  if (Object.hasOwn(wires, kind)) {
    const target = rest.join(':').trim();
    if (target === '') throw new BargeinError(`agent '${kind}' needs to be told where it is`, `--agent '${kind}:${wires[kind].target}'`);
    return { kind, preset: null, target };
  }
  if (moduleFile.test(spec)) return { kind: moduleKind, preset: null, target: spec };
  if (!Object.hasOwn(builtIns, kind)) throw new BargeinError(`there is no agent '${shownAgent(spec, options)}'`, hintFor(spec, options));
  const presets = Object.keys(builtIns[kind].presets);
  if (rest.length === 0) return { kind, preset: presets[0] ?? null, target: null };
  const preset = rest.join(':');
  if (!presets.includes(preset)) throw new BargeinError(`agent '${kind}' has no preset '${preset}'`, presets.length > 0 ? hintFor(spec, options) : `leave it out: --agent ${kind}`);
  return { kind, preset, target: null };
}

function hintFor(spec: string, options: AgentOptions): string {
  if (/^(?:wss?|https?):\/\//i.test(spec)) {
    const address = shownAgent(spec, options).replace(/^http/i, 'ws');
    return `put twilio: or pcm: before it, or another protocol that it speaks: --agent 'pcm:${address}'`;
  }
  const near = nearest(spec, agentSpecs()) ?? nearest(spec.split(':')[0], Object.keys(wires));
  return near ? `did you mean '${near}'?` : `the agents: ${agentSpecs().join(', ')}`;
}

/**
 * The agent of a spec such as `reference:after`, `twilio:ws://127.0.0.1:8765/twilio` or `./my-agent.ts`, with these options over those
 * of its preset.
 * @throws BargeinError for an unknown kind, preset or option, for a value that is not allowed, and for a target that cannot be one
 */
export async function makeAgent(spec: string, options: AgentOptions = {}): Promise<Agent> {
  const { kind, preset, target } = parseAgentSpec(spec, options);
  if (target !== null) rememberSecretsOf(process.env);
  if (target !== null && kind === moduleKind) return (await import('./module.js')).loadAgentModule(target, options);
  if (target !== null) {
    const wire = await loadWire(kind);
    rememberSecretsIn(target);
    const name = shownAgent(`${kind}:${target}`, options);
    refuseSecrets(options);
    return wire.make(name, target, resolveOptions(name, wire.options, {}, options));
  }
  const { presets, make } = builtIns[kind];
  return make(preset === null ? kind : `${kind}:${preset}`, preset === null ? {} : presets[preset], options);
}

/** What of a wire counts where an agent of this harness is served at its far side. */
export type WireFacts = Pick<Wire, 'prefix' | 'flushes' | 'words' | 'perCall'>;

/** The wire of this name; null where there is none. */
export function wireFacts(kind: string): WireFacts | null {
  return Object.hasOwn(wires, kind) ? wires[kind] : null;
}

/** Whether a spec names no address, since an option gets one for each call: `pcm:command`. */
export function isPerCall(spec: string): boolean {
  const [kind, ...target] = spec.split(':');
  return wireFacts(kind)?.perCall === true && target.join(':').trim() === addressPerCall;
}

/** Every wire there is. */
export const wireKinds = Object.keys(wires);

/** No key goes by an open option. */
function refuseSecrets(options: AgentOptions): void {
  const isOpen = (name: string) => openFamilies.some((family) => name.startsWith(family));
  const secret = Object.entries(options).find(([name, value]) => (isOpen(name) && looksSecret(name.split('.').pop() as string)) || jsonHoldsSecret(value));
  if (secret !== undefined) throw secretOption(secret[0], 'put it into the address, which is shown without it, or let the agent read it from its own environment');
}

/** Open options that go to a far side as they are. */
const openFamilies = ['param.', 'query.', 'message.'];

const loading = new Map<string, Promise<WireKind>>();

/** Loaded once, however many sessions ask for it at once. */
function loadWire(kind: string): Promise<WireKind> {
  const wire = loading.get(kind) ?? wires[kind].load();
  loading.set(kind, wire);
  return wire;
}

export interface OptionDescription {
  readonly agent: string;
  readonly name: string;
  /** The default, or that of each preset where they differ: `30 (after), 200 (before)`. */
  readonly default: string;
  /** What a value may be, in words, with its unit. */
  readonly allowed: string;
  readonly doc: string;
}

/** All options of all agents that are offered, for help and documentation. */
export async function describeOptions(): Promise<OptionDescription[]> {
  const builtIn = offered().flatMap(([agent, { options, presets }]) => describeTable(agent, options, presets));
  const wired = await Promise.all(Object.entries(wires).map(async ([agent]) => describeTable(agent, (await loadWire(agent)).options, {})));
  return [...builtIn, ...wired.flat()];
}

function describeTable(agent: string, options: OptionTable, presets: Readonly<Record<string, AgentOptions>>): OptionDescription[] {
  return Object.entries(options).map(([name, spec]) => {
    const byPreset = Object.entries(presets).map(([preset, values]) => ({ preset, value: values[name] ?? spec.default }));
    const differ = new Set(byPreset.map(({ value }) => value)).size > 1;
    const shown = differ ? byPreset.map(({ preset, value }) => `${value} (${preset})`).join(', ') : String(byPreset[0]?.value ?? spec.default);
    return { agent, name, default: shown, allowed: allowedOf(spec), doc: spec.doc };
  });
}
