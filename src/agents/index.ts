import { BargeinError, nearest } from '../errors.js';
import type { Agent, AgentOptions } from '../types.js';
import { allowedOf, resolveOptions } from './option-table.js';
import type { OptionTable } from './option-table.js';
import { programmedOptions, referenceOptions, referencePresets } from './options.js';
import { ProgrammedAgent } from './programmed.js';
import { ReferenceAgent } from './reference.js';

interface AgentKind {
  readonly options: OptionTable;
  /** Named sets of options; the first is the default. */
  readonly presets: Readonly<Record<string, AgentOptions>>;
  /** Not offered: for the harness's own use. */
  readonly hidden: boolean;
  make(name: string, preset: AgentOptions, given: AgentOptions): Agent;
}

const kinds: Readonly<Record<string, AgentKind>> = {
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

export interface AgentSpec {
  readonly kind: string;
  /** null where the kind has none. */
  readonly preset: string | null;
}

/** What `--agent` may be, without the hidden ones. */
export function agentSpecs(): string[] {
  return Object.entries(kinds)
    .filter(([, { hidden }]) => !hidden)
    .flatMap(([kind, { presets }]) => (Object.keys(presets).length > 0 ? Object.keys(presets).map((preset) => `${kind}:${preset}`) : [kind]));
}

/**
 * Reads `kind` or `kind:preset`. Without a preset it is the kind's first.
 * @throws BargeinError for a kind or a preset that does not exist
 */
export function parseAgentSpec(spec: string): AgentSpec {
  const [kind, preset, ...rest] = spec.split(':');
  if (!Object.hasOwn(kinds, kind)) throw new BargeinError(`there is no agent '${spec}'`, hintFor(spec));
  const presets = Object.keys(kinds[kind].presets);
  if (preset === undefined) return { kind, preset: presets[0] ?? null };
  if (rest.length > 0 || !presets.includes(preset)) throw new BargeinError(`agent '${kind}' has no preset '${[preset, ...rest].join(':')}'`, presets.length > 0 ? hintFor(spec) : `leave it out: --agent ${kind}`);
  return { kind, preset };
}

function hintFor(spec: string): string {
  const near = nearest(spec, agentSpecs());
  return near ? `did you mean '${near}'?` : `the agents: ${agentSpecs().join(', ')}`;
}

/**
 * The agent of a spec such as `reference:after`, with these options over those of its preset.
 * @throws BargeinError for an unknown kind, preset or option, and for a value that is not allowed
 */
export async function makeAgent(spec: string, options: AgentOptions = {}): Promise<Agent> {
  const { kind, preset } = parseAgentSpec(spec);
  const name = preset === null ? kind : `${kind}:${preset}`;
  return kinds[kind].make(name, preset === null ? {} : kinds[kind].presets[preset], options);
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
export function describeOptions(): OptionDescription[] {
  return Object.entries(kinds)
    .filter(([, { hidden }]) => !hidden)
    .flatMap(([agent, { options, presets }]) =>
      Object.entries(options).map(([name, spec]) => {
        const byPreset = Object.entries(presets).map(([preset, values]) => ({ preset, value: values[name] ?? spec.default }));
        const differ = new Set(byPreset.map(({ value }) => value)).size > 1;
        const shown = differ ? byPreset.map(({ preset, value }) => `${value} (${preset})`).join(', ') : String(byPreset[0]?.value ?? spec.default);
        return { agent, name, default: shown, allowed: allowedOf(spec), doc: spec.doc };
      }),
    );
}
