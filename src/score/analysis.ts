import type { DetectorOptions } from '../detect/index.js';
import type { Ms, Stretch } from '../types.js';
import type { Call } from './call.js';
import { echoCeiling, findEcho, withoutEchoes } from './echo.js';
import type { Echo } from './echo.js';
import { measureFrames } from './frames.js';
import type { CallFrames } from './frames.js';
import { SideLevels } from './side-levels.js';
import { audibleFrames, turnPauseMs, turnsOf } from './turns.js';
import { filtered, whiteningOf } from './whitening.js';

/** What one side does over a call; stretches and turns in frames of 10 ms. */
export interface Side {
  readonly levels: SideLevels;
  readonly stretches: readonly Stretch[];
  readonly turns: readonly Stretch[];
}

/** All that is known of a call before any onset is judged. */
export interface Analysis {
  /** The call as it is judged: without echoes, its noise floors made white. */
  readonly call: Call;
  readonly frames: CallFrames;
  readonly caller: Side;
  readonly agent: Side;
  /** As the call was recorded: what a listener would find. */
  readonly recorded: { readonly frames: CallFrames; readonly caller: SideLevels; readonly agent: SideLevels };
  readonly echoes: readonly Echo[];
  /** Turns the caller would seem to have without regard to echo, and how many of those were echo alone. */
  readonly echoTurns: number;
}

/** Agents pause for longer within a turn than callers do, ms. */
const agentTurnPauseMs: Ms = 1500;

/**
 * Listens to a call from end to end: once as it was recorded, and again without the echo of one side in the other's channel and
 * without the colour of noise that comes near to speech, where there is any.
 */
export async function analyse(call: Call, options: DetectorOptions, signal: AbortSignal): Promise<Analysis> {
  const frames = await measureFrames(call, signal);
  const recorded = { frames, caller: new SideLevels(frames.caller, options), agent: new SideLevels(frames.agent, options) };
  const found = [await findEcho(call, frames, 'agent'), await findEcho(call, frames, 'caller')];
  const echoes = found.filter((echo) => echo !== null);
  const apart = withoutEchoes(call, echoes);
  const taps = await whiteningOf(apart, recorded);
  const isWhite = taps.caller === null && taps.agent === null;
  const judged = isWhite ? apart : filtered(apart, taps);
  const heard = judged === call ? frames : await measureFrames(judged, signal);
  const [caller, agent] = (['caller', 'agent'] as const).map((side) => {
    const levels = judged === call ? recorded[side] : new SideLevels(heard[side], options);
    const echo = echoes.find((other) => other.in === side);
    const voice = side === 'caller' ? 'agent' : 'caller';
    const ceiling = echo && echoCeiling(echo, heard[voice]);
    const stretches = audibleFrames(heard[side], (from, to) => levels.levelsIn(from, to), ceiling && ((frame) => heard[side][frame] <= ceiling(frame)));
    return { levels, stretches, turns: turnsOf(stretches, side === 'caller' ? turnPauseMs : agentTurnPauseMs) };
  });
  const seeming = echoes.some((echo) => echo.in === 'caller') ? turnsOf(audibleFrames(frames.caller, (from, to) => recorded.caller.levelsIn(from, to))) : caller.turns;
  return { call: judged, frames: heard, caller, agent, recorded, echoes, echoTurns: Math.max(0, seeming.length - caller.turns.length) };
}
