import type { Stop } from '../detect/index.js';
import type { Intent, Outcome } from '../types.js';

/** How a valid attempt ends. */
export function outcomeOf(intent: Intent, stop: Stop | null): Outcome {
  if (stop) return stop.resumedAt === null ? 'yielded' : 'resumed';
  switch (intent) {
    case 'interruption':
      return 'talked-through';
    case 'backchannel':
    case 'noise':
    case 'control':
      return 'held';
  }
}
