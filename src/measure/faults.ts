import type { InvalidReason } from '../types.js';

/** Who made an attempt invalid: only what the harness spoilt is run again, and only that makes a run untrusted. */
export function faultSide(reason: InvalidReason): 'harness' | 'agent' {
  switch (reason) {
    case 'harness-late':
    case 'offset-missed':
    case 'offset-off':
    case 'too-little-speech-left':
    case 'onset-in-pause':
    case 'snr-too-low':
      return 'harness';
    case 'silent-at-onset':
    case 'no-speech':
    case 'coincident':
    case 'wrong-rate':
      return 'agent';
  }
}
