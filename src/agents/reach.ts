import { BargeinError } from '../errors.js';
import type { AgentOptions, Ms } from '../types.js';
import { absence, placeOfAgent } from './place.js';

const answerWithinMs: Ms = 5000;

/** @throws BargeinError where the agent is not there: a calibration of a minute would be for nothing; and for what is no agent */
export async function refuseUnreachable(spec: string, options: AgentOptions = {}): Promise<void> {
  const why = await absence(placeOfAgent(spec, options), process.env, answerWithinMs);
  if (why !== null) throw new BargeinError(`the agent cannot be reached: ${why}`, 'start it first, or check its address or command in --agent');
}
