import { makeAgent } from '../agents/index.js';
import { absence, findProgram, placeOfAgent } from '../agents/place.js';
import { shownAgent } from '../agents/shown-agent.js';
import { BargeinError } from '../errors.js';
import type { AgentOptions, Ms } from '../types.js';
import { fail, ok } from './check.js';
import type { Check } from './check.js';

const connectLimitMs: Ms = 3000;

/**
 * Whether an agent is where it is said to be. Sends it nothing: of a socket only a connection is opened, a command is only looked up,
 * also one that would get the address of a call.
 * A module is loaded, as a run would.
 */
export async function agentCheck(spec: string, options: AgentOptions, env: Readonly<Record<string, string | undefined>>): Promise<Check> {
  const shown = shownAgent(spec, options);
  try {
    await makeAgent(spec, options);
    const place = placeOfAgent(spec, options);
    const absent = await absence(place, env, connectLimitMs);
    switch (place.kind) {
      case 'in-process':
        return ok('agent', `${shown} runs in this process`);
      case 'file':
        return ok('agent', `${shown} can be loaded`);
      case 'command':
        return absent === null ? ok('agent', `${shown}: the program is ${findProgram(place.words[0], env)}`) : fail('agent', `${shown}: ${absent}`, 'install it, check PATH, or give its path');
      case 'per-call':
        return absent === null ? ok('agent', `${shown}: the program that gets the address of each call is ${findProgram(place.program ?? '', env)}; it was not run`) : fail('agent', `${shown}: ${absent}`, 'install it, check PATH, or give its path in address.command');
      case 'socket':
        return absent === null ? ok('agent', `${shown}: ${place.address} takes connections`) : fail('agent', `${shown}: ${absent}`, 'start the agent, or check host and port given with --agent');
    }
  } catch (thrown) {
    if (!(thrown instanceof BargeinError)) throw thrown;
    return fail('agent', thrown.message, thrown.hint);
  }
}
