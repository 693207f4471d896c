import type { Monitor } from '../audio/monitor.js';
import { prepareMedia } from '../replay/media.js';
import { renderSides } from '../report/evidence.js';
import type { Attempt, Recording } from '../types.js';
import type { PreparedRun } from './prepare.js';

/** What plays attempts that are over. */
export type AttemptPlayer = Pick<Monitor, 'play'>;

/**
 * Hands every attempt to a player once it has been judged and written: the caller left, the agent as heard right. Nothing waits for it,
 * and what goes wrong with it is no fault of the run.
 */
export function playTo(player: AttemptPlayer, { corpus, side }: Pick<PreparedRun, 'corpus' | 'side'>): (attempt: Attempt, recording: Recording) => void {
  return (attempt, recording) => {
    const playing = prepareMedia(attempt, corpus, side).then((media) => {
      const { caller, agent: heard } = renderSides(recording, media, 0, recording.endMs);
      return player.play({ left: caller, right: heard, rateHz: recording.format.rateHz });
    });
    playing.catch(() => {});
  };
}
