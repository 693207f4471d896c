import { BargeinError } from '../errors.js';
import type { Agent, AgentOptions, MediaFormat, TurnSource } from '../types.js';
import type { ChoiceOption, OptionTable } from './option-table.js';

/** What follows the colon of a spec in the place of an address, where an option gets one for each call: `pcm:command`. */
export const addressPerCall = 'command';

/** A way to reach an agent that runs elsewhere. One file of this folder each. */
export interface WireKind {
  readonly options: OptionTable;
  /**
   * @param name what the agent is called in reports: the spec, without what may be secret
   * @param target what follows the colon of the spec: an address or a command
   * @param options every option with the value in force, checked
   * @throws BargeinError for a target that cannot be one
   */
  make(name: string, target: string, options: AgentOptions): Agent;
}

/** Where the agent's words come from, for wires that leave it open. */
export function turnsOption(value: TurnSource, choices: readonly TurnSource[] = ['unprompted', 'prompted', 'response']): ChoiceOption<TurnSource> {
  return {
    type: 'choice',
    default: value,
    choices,
    doc: "where its words come from: it speaks by itself on connect (unprompted), is asked by --prompt-audio or --prompt-text (prompted), or plays the corpus' response that it is given (response: served agents)",
  };
}

const frameMs = 20;

/**
 * A line that carries 16-bit samples.
 * @param option what the rate is called
 * @throws BargeinError for a rate of which a frame is no whole number of samples
 */
export function pcmLine(agent: string, rateHz: number, option = 'rateHz'): MediaFormat {
  refuseBrokenFrames(agent, option, rateHz);
  return { rateHz, frameMs, codec: 'pcm16' };
}

/** @throws BargeinError for a rate, from this option, of which a frame is no whole number of samples */
export function refuseBrokenFrames(agent: string, option: string, rateHz: number): void {
  if ((rateHz * frameMs) % 1000 !== 0) throw new BargeinError(`agent '${agent}': ${frameMs} ms at ${option}=${rateHz} are no whole number of samples`, 'give a multiple of 50, e.g. 16000, 22050, 24000 or 48000');
}
