import { BargeinError } from '../errors.js';
import { randomFrom, seedOf } from '../time/index.js';
import type { AgentTurn, SessionContext } from '../types.js';

/**
 * The samples of the response an agent has been asked to play.
 * @throws BargeinError where there is none, or it has another rate than the line
 */
export function responseOf(agent: string, turn: AgentTurn, context: SessionContext): Int16Array {
  if (!turn.response) throw new BargeinError(`agent '${agent}' was asked to say what it likes, and has no words of its own`, 'give each attempt an agent clip');
  const { rateHz, samples } = turn.response;
  if (rateHz !== context.format.rateHz) throw new BargeinError(`agent '${agent}' was given a response of ${rateHz} Hz on a line of ${context.format.rateHz} Hz`, 'resample the response first');
  return samples;
}

/** Length of the stand-in for a reply, s, and the magnitude that its source begins at (-40 dBFS). */
const replyS = 1;
const audible = 328;

/** The latest reply made for each response: an agent that is tried with other options gives the same. */
const replies = new WeakMap<Int16Array, { readonly seed: number; readonly rateHz: number; readonly reply: Int16Array }>();

/**
 * A stand-in for an answer, since the agent has only the response it was given: signal-correlated noise (Schroeder 1968, J. Acoust. Soc.
 * Am. 44, 1735), the first second of the response from its first audible sample on with the sign of each sample drawn by lot. It has
 * the level and the rhythm of the voice, and correlates with no part of the response. Shared: not to be changed.
 */
export function replyFrom(response: Int16Array, rateHz: number, seed: number): Int16Array {
  const known = replies.get(response);
  if (known?.seed === seed && known.rateHz === rateHz) return known.reply;
  const reply = makeReply(response, rateHz, seed);
  replies.set(response, { seed, rateHz, reply });
  return reply;
}

function makeReply(response: Int16Array, rateHz: number, seed: number): Int16Array {
  const random = randomFrom(seedOf(seed, 'reply'));
  let first = 0;
  while (first < response.length && Math.abs(response[first]) < audible) first++;
  const from = first === response.length ? 0 : first;
  const reply = response.slice(from, from + replyS * rateHz);
  // -32768 has no positive counterpart.
  for (let i = 0; i < reply.length; i++) if (random() >= 0.5) reply[i] = Math.min(32767, -reply[i]);
  return reply;
}
