import { BargeinError, nearest } from '../errors.js';
import { flagOf } from './setting-names.js';
import { pointedTo } from './setting-sources.js';
import type { Origin } from './setting-sources.js';
import type { Settings } from './settings.js';

interface AgentFlags {
  readonly agent: string;
  readonly agentOption?: Readonly<Record<string, string>>;
}

/**
 * Puts the agent that a configuration file names in the place of its name. Its options come before the file's `agentOptions`; those of
 * a sweep, of variables and of flags come before both.
 */
export function resolveAgent<Flags extends AgentFlags>(settings: Settings<Flags>): Settings<Flags> {
  const { flags, file, origins } = settings;
  const agents = file?.content.agents ?? {};
  if (!file || !Object.hasOwn(agents, flags.agent)) return settings;
  const { agent, options = {} } = agents[flags.agent];
  const key = `agents.${flags.agent}`;
  const merged = new Map(origins);
  const agentOption: Record<string, string> = { ...flags.agentOption };
  for (const [name, value] of Object.entries(options)) {
    const above = origins.get(`agentOption.${name}`);
    if (above && above.place !== `${file.path}: agentOptions`) continue;
    agentOption[name] = String(value);
    merged.set(`agentOption.${name}`, { from: 'file', place: `${file.path}: ${key}.options` });
  }
  const picked = origins.get('agent');
  const picker = picked && picked.from !== 'file' ? ` (picked by ${picked.place})` : '';
  const named: Origin = { from: 'file', place: `${file.path}: ${key}.agent${picker}` };
  return { ...settings, flags: { ...flags, agent, agentOption }, origins: merged.set('agent', named) };
}

/** An error of making the agent, which names the place where a variable or a file has what is wrong. */
export function agentFault(thrown: unknown, { flags, file, origins }: Settings<AgentFlags>): unknown {
  if (!(thrown instanceof BargeinError)) return thrown;
  const option = Object.keys(flags.agentOption ?? {}).find((name) => thrown.message.includes(`'${name}'`) || thrown.message.includes(` ${name}=`));
  const name = option === undefined ? 'agent' : 'agentOption';
  const origin = origins.get(option === undefined ? name : `${name}.${option}`);
  const near = option === undefined ? nearest(flags.agent, Object.keys(file?.content.agents ?? {})) : null;
  const fault = near === null ? thrown : new BargeinError(thrown.message, `did you mean '${near}'?`, thrown.code);
  return origin ? pointedTo(fault, flagOf(name), origin) : fault;
}
