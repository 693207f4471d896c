import { makeAgent } from '../agents/index.js';
import { connectionFault, findProgram, placeOfAgent } from '../agents/place.js';
import { withoutSecrets } from '../agents/secrets.js';
import { BargeinError } from '../errors.js';
import type { AgentOptions, Ms } from '../types.js';
import { fail, ok } from './check.js';
import type { Check } from './check.js';

const connectLimitMs: Ms = 3000;

/**
 * Whether an agent is where it is said to be. Sends it nothing: of a socket only a connection is opened, a command is only looked up.
 * A module is loaded, as a run would.
 */
export async function agentCheck(spec: string, options: AgentOptions, env: Readonly<Record<string, string | undefined>>): Promise<Check> {
  const shown = withoutSecrets(spec);
  try {
    await makeAgent(spec, options);
    const place = placeOfAgent(spec);
    switch (place.kind) {
      case 'in-process':
        return ok('agent', `${shown} runs in this process`);
      case 'file':
        return ok('agent', `${shown} can be loaded`);
      case 'command': {
        const [program] = place.words;
        const path = findProgram(program, env);
        return path === null ? fail('agent', `${shown}: there is no program '${program}'`, 'install it, check PATH, or give its path') : ok('agent', `${shown}: the program is ${path}`);
      }
      case 'socket': {
        const fault = await connectionFault(place.host, place.port, connectLimitMs);
        return fault === null ? ok('agent', `${shown}: ${place.address} takes connections`) : fail('agent', `${shown}: ${place.address}: ${fault}`, 'start the agent, or check host and port given with --agent');
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof BargeinError)) throw thrown;
    return fail('agent', thrown.message, thrown.hint);
  }
}
