import type { BargeinConfig, NamedAgent, NamedSweep } from '../config.js';
import { BargeinError } from '../errors.js';
import type { AgentOptions } from '../types.js';
import { axesOf, findReference, gridTexts } from './grid.js';
import type { GridFlags } from './grid.js';
import { configKeyOf, flagOf } from './setting-names.js';
import { fromFile, parseCandidate, pointedTo, pointTo } from './setting-sources.js';
import type { Origin } from './setting-sources.js';
import { declareSweep } from './sweep-options.js';
import { typedOptions } from './values.js';

/** A configuration that has been read from a file. */
interface Loaded {
  readonly path: string;
  readonly content: BargeinConfig;
}

/** What an entry of `sweeps` says, by the flag's name in `flags`. */
export function sweepValues({ params, agentOptions, ...same }: NamedSweep): Readonly<Record<string, unknown>> {
  return { ...same, param: params, agentOption: agentOptions };
}

/**
 * Looks at all `agents` and `sweeps` of a file, whether or not this call picks them: a mistake must not wait for the day on which one is.
 * Agents that run elsewhere, or are a module, are not started for it: of these only the form is looked at.
 * @throws BargeinError naming file and key
 */
export async function checkEntries({ path, content }: Loaded): Promise<void> {
  const { agents = {}, sweeps = {} } = content;
  for (const [name, { agent, options = {} }] of Object.entries(agents)) {
    await checkAgent(agent, [options], { agent: `${path}: agents.${name}.agent`, options: `${path}: agents.${name}.options` });
  }
  for (const [name, entry] of Object.entries(sweeps)) {
    const grid = checkSweep(entry, path, `sweeps.${name}`);
    const spec = entry.agent ?? content.agent;
    if (spec === undefined) continue;
    const named: NamedAgent | null = Object.hasOwn(agents, spec) ? agents[spec] : null;
    const agentPlace = `${path}: ${entry.agent === undefined ? 'agent' : `sweeps.${name}.agent`}`;
    const own = { ...named?.options, ...entry.agentOptions };
    const points = Object.entries(grid).flatMap(([option, values]) => values.map((value) => ({ ...own, ...typedOptions({ [option]: value }) })));
    await checkAgent(named?.agent ?? spec, [own], { agent: agentPlace, options: `${path}: sweeps.${name}.agentOptions` });
    await checkAgent(named?.agent ?? spec, points, { agent: agentPlace, options: `${path}: sweeps.${name}.params` });
  }
}

async function checkAgent(spec: string, options: readonly AgentOptions[], places: { readonly agent: string; readonly options: string }): Promise<void> {
  const { makeAgent, parseAgentSpec } = await import('../agents/index.js');
  const origin = (place: string): Origin => ({ from: 'file', place });
  try {
    if (parseAgentSpec(spec, options[0]).target !== null) return;
  } catch (thrown) {
    throw pointedTo(thrown, flagOf('agent'), origin(places.agent));
  }
  for (const given of options) {
    await makeAgent(spec, given).catch((thrown: unknown) => {
      throw pointedTo(thrown, flagOf('agentOption'), origin(places.options));
    });
  }
}

/** Each value by the parser of its flag, then what must go together. */
function checkSweep(entry: NamedSweep, path: string, key: string): GridFlags {
  const read: Record<string, unknown> = {};
  const values = sweepValues(entry);
  for (const option of declareSweep().options) {
    const name = option.attributeName();
    const candidate = fromFile(name, values[name], path, `${key}.${configKeyOf(name)}`);
    if (candidate) read[name] = parseCandidate(option, candidate);
  }
  const grid = (read.param ?? {}) as GridFlags;
  const at = (part: string): Origin => ({ from: 'file', place: `${path}: ${key}.${part}` });
  if (Object.keys(grid).length === 0) throw new BargeinError(`${at('params').place} names no parameter`, "give the values of one, e.g. params: { 'vad.threshold': '0.4:0.65:0.05' }");
  pointTo(flagOf('param'), at('params'), () => gridTexts(axesOf(grid)));
  pointTo(flagOf('reference'), at('reference'), () => findReference(axesOf(grid), (read.reference ?? {}) as Readonly<Record<string, string>>, {}));
  return grid;
}
