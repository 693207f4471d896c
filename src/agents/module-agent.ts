import { BargeinError, messageOf, nearest } from '../errors.js';
import type { Agent, AgentOptions, AgentSession, MediaFormat, SessionContext } from '../types.js';

export const mend = 'export default an agent, or (options) => agent; what that is: docs/agents/module.md';

const members = ['name', 'connect', 'paced', 'inProcess', 'line', 'turns', 'options'] as const;
const sessionMembers = ['speak', 'send', 'close'] as const;

/** What a member may be, and in words. */
const kinds: Readonly<Record<(typeof members)[number], { readonly words: string; fits(value: unknown): boolean }>> = {
  name: { words: 'a text', fits: (value) => typeof value === 'string' && value !== '' },
  connect: { words: 'a function', fits: (value) => typeof value === 'function' },
  paced: { words: "'realtime', 'burst' or 'unknown'", fits: (value) => ['realtime', 'burst', 'unknown'].includes(value as string) },
  inProcess: { words: 'true or false', fits: (value) => typeof value === 'boolean' },
  line: { words: "null or { rateHz: 8000 to 48000, frameMs: 20, codec: 'pcm16' or 'mulaw' }", fits: (value) => value === null || isFormat(value) },
  turns: { words: "'response', 'unprompted' or 'prompted'", fits: (value) => ['response', 'unprompted', 'prompted'].includes(value as string) },
  options: { words: 'an object of texts, numbers, true and false', fits: isOptions },
};

/**
 * An agent with all that a module has left out.
 * @param value what the module has exported, or made
 * @param path of the module, for errors
 * @param name where it has none
 * @param given the options that it was made with
 * @throws BargeinError that says what is missing or wrong
 */
export function checkedAgent(value: unknown, path: string, name: string, given: AgentOptions): Agent {
  if (typeof value !== 'object' || value === null) throw new BargeinError(`agent module ${path}: expected an agent, got ${kindOf(value)}`, mend);
  const agent = value as Record<string, unknown>;
  if (agent.connect === undefined) throw missing(`agent module ${path}: the agent`, 'connect', agent);
  for (const member of members) {
    if (agent[member] === undefined || kinds[member].fits(agent[member])) continue;
    throw new BargeinError(`agent module ${path}: ${member} is ${shown(agent[member])}; it must be ${kinds[member].words}`, `mend '${member}' in ${path}`);
  }
  const stray = namesOf(agent).find((key) => misspelt(key, agent) !== null);
  if (stray !== undefined) throw new BargeinError(`agent module ${path}: unknown member '${stray}'`, `did you mean '${misspelt(stray, agent)}'?`);
  const checked = value as Partial<Agent> & Pick<Agent, 'connect'>;
  return {
    name: checked.name ?? name,
    paced: checked.paced ?? 'unknown',
    inProcess: checked.inProcess ?? false,
    line: checked.line ?? null,
    turns: checked.turns ?? 'response',
    options: checked.options ?? given,
    connect: async (context) => checkedSession(await connected(checked, context, path), path),
  };
}

async function connected(agent: Pick<Agent, 'connect'>, context: SessionContext, path: string): Promise<unknown> {
  try {
    return await agent.connect(context);
  } catch (thrown) {
    throw new Error(`${path}: connect: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function checkedSession(value: unknown, path: string): AgentSession {
  const session = (typeof value === 'object' ? value : null) as Record<string, unknown> | null;
  if (session === null) throw new Error(`${path}: connect must resolve to a session, not to ${kindOf(value)}`);
  const without = sessionMembers.find((member) => typeof session[member] !== 'function');
  if (without !== undefined) throw missing(`${path}: the session that connect resolves to`, without, session);
  return value as AgentSession;
}

function missing(whose: string, member: string, value: Record<string, unknown>): BargeinError {
  const near = nearest(member, namesOf(value));
  return new BargeinError(`${whose} has no function '${member}'`, near === null || near === member ? mend : `did you mean '${member}' by '${near}'?`);
}

/** The member that must be meant and is not there: other capitals, or an s too many or too few. null where there is none. */
function misspelt(key: string, agent: Record<string, unknown>): string | null {
  const plain = (name: string) => name.toLowerCase().replace(/s$/, '');
  return members.find((member) => member !== key && agent[member] === undefined && plain(member) === plain(key)) ?? null;
}

/** Own names, and those of its class. */
function namesOf(value: object): string[] {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const inherited = prototype === null || prototype === Object.prototype ? [] : Object.getOwnPropertyNames(prototype);
  return [...Object.keys(value), ...inherited.filter((name) => name !== 'constructor')];
}

function isFormat(value: unknown): value is MediaFormat {
  const { rateHz, frameMs, codec } = (typeof value === 'object' && value !== null ? value : {}) as Partial<MediaFormat>;
  const rateFits = typeof rateHz === 'number' && Number.isInteger(rateHz / 50) && rateHz >= 8000 && rateHz <= 48_000;
  return rateFits && frameMs === 20 && (codec === 'pcm16' || (codec === 'mulaw' && rateHz === 8000));
}

function isOptions(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => ['string', 'number', 'boolean'].includes(typeof one));
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : typeof value === 'undefined' ? 'nothing' : `a ${typeof value}`;
}

function shown(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function' ? kindOf(value) : JSON.stringify(value);
}
