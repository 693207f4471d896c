import type { Agent, AgentOptions, TurnSource } from '../types.js';
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
