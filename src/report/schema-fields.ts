import { z } from 'zod';

/** Building blocks of the schema of report.json. Missing is null, never absent. */

export const text = (description: string) => z.string().describe(description);
export const textOrNull = (description: string) => z.string().nullable().describe(description);
export const flag = (description: string) => z.boolean().describe(description);
export const number = (description: string) => z.number().describe(description);
export const numberOrNull = (description: string) => z.number().nullable().describe(description);
export const ms = (description: string) => z.number().describe(`${description}; ms`);
export const msOrNull = (description: string) => z.number().nullable().describe(`${description}; ms`);
export const count = (description: string) => z.number().int().nonnegative().describe(description);
/** A share, 0 to 1. */
export const rateOrNull = (description: string) => z.number().min(0).max(1).nullable().describe(`${description}; 0 to 1`);
export const texts = (description: string) => z.array(z.string()).describe(description);

export const outcome = z.enum(['yielded', 'resumed', 'talked-through', 'held', 'invalid', 'errored']);
export const invalidReason = z.enum([
  'harness-late', 'offset-missed', 'offset-off', 'too-little-speech-left', 'onset-in-pause', 'snr-too-low', 'silent-at-onset', 'no-speech', 'coincident', 'wrong-rate',
]);
