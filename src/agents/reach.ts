import { BargeinError } from '../errors.js';
import type { Ms } from '../types.js';
import { connectionFault, findProgram, placeOfAgent } from './place.js';

const answerWithinMs: Ms = 5000;

/**
 * Looks whether an agent is there, without a call to it: something listens at the address of a socket, the program of a command is
 * one that can be started. What is not known beforehand, such as whether it speaks the protocol, passes.
 * @returns why not, without secrets; null where nothing speaks against it
 * @throws BargeinError for what is no agent
 */
export async function whyUnreachable(spec: string): Promise<string | null> {
  const place = placeOfAgent(spec);
  switch (place.kind) {
    case 'in-process':
    case 'file':
      return null;
    case 'command': {
      const [program] = place.words;
      return findProgram(program, process.env) === null ? `there is no program '${program}'` : null;
    }
    case 'socket': {
      const fault = await connectionFault(place.host, place.port, answerWithinMs);
      return fault && `${place.address}: ${fault}`;
    }
  }
}

/** @throws BargeinError where the agent is not there: a calibration of a minute would be for nothing */
export async function refuseUnreachable(spec: string): Promise<void> {
  const why = await whyUnreachable(spec);
  if (why !== null) throw new BargeinError(`the agent cannot be reached: ${why}`, 'start it first, or check its address or command in --agent');
}
