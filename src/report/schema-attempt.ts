import { z } from 'zod';
import type { AttemptResult } from '../types.js';
import { count, flag, invalidReason, ms, msOrNull, number, outcome, text, textOrNull } from './schema-fields.js';

const attempt = z.object({
  index: count("Place in the run's plan, from 0"),
  id: text('Unique within the run'),
  agentClip: text('The response the agent was asked for'),
  userClip: textOrNull('What the user said; null for a control'),
  userClipKind: z.enum(['human', 'synthetic']).nullable(),
  intent: z.enum(['interruption', 'backchannel', 'noise', 'control']),
  persona: z.enum([
    'fast-talker', 'two-words-in', 'two-words-then-silence', 'code-switcher', 'mind-changer', 'angry', 'soft', 'tv-line', 'listener', 'room', 'none',
  ]),
  condition: z.enum(['clean', 'telephone', 'bed', 'echo', 'jitter']),
  offsetBand: z.enum(['first-300ms', 'two-words', 'middle', 'late']).describe('As drawn'),
  offsetMs: ms("Requested: agent's first audible sample as heard, to the user's onset"),
  gainDb: number('Gain on the user clip, re the corpus level of -26 dBFS active; dB'),
  bed: z.object({ clip: text('Noise clip looped under the call'), snrDb: number("User's active speech over the bed; dB") }).nullable(),
  seed: number('Seeds everything random in this attempt'),
});

/** The verdict on one attempt: the columns of attempts.csv under the names of the program. */
export const attemptSchema = z
  .object({
    attempt,
    outcome,
    detector: z.enum(['energy', 'reference-aware', 'spans']).describe('Which detector judged; spans: the times of a trace alone, which count from where the VAD fired'),
    actualOffsetMs: msOrNull('The offset, recomputed on the heard track'),
    stopLatencyMs: msOrNull('Heard stop minus onset; the upper end where the stop fell into a pause; null: no stop'),
    stopLatencyLoMs: msOrNull('The lower end; equal to stopLatencyMs where the stop is a point'),
    stoppedInPause: flag('The stop is an interval'),
    energyStopLatencyMs: msOrNull('Stop latency as the energy detector alone sees it'),
    packetizationMs: msOrNull('Onset to the departure of the frame that holds it'),
    wireStopLatencyMs: msOrNull('Arrival of the last audible sample that was played, minus onset'),
    detectMs: msOrNull("Onset to the agent's own VAD event"),
    cancelMs: msOrNull("Onset to the agent's own cancel or flush"),
    flushMs: msOrNull('Onset to the first flush that reached the client'),
    agentVadDetectMs: msOrNull("Onset to the VAD event in the agent's own trace"),
    agentCancelMs: msOrNull("Onset to the cancel in the agent's own trace"),
    agentFlushMs: msOrNull("Onset to the flush in the agent's own trace"),
    beliefErrorMs: msOrNull("When the agent's trace says it was silent, minus when it was"),
    responseLatencyMs: msOrNull("End of the user's speech to a new response after the stop"),
    resumedAfterMs: msOrNull('Stop to the agent being audible again within the resume window, whatever the outcome; where no stop was found and the response is not known, the longest silence from 200 ms up to the hangover'),
    observedMs: msOrNull('How long after the onset the agent was observed'),
    truncated: flag('Evidence was cut off by the natural end of the response'),
    leakMs: msOrNull('Old audio heard after the stop'),
    duckedAfterMs: msOrNull('Onset to the level first falling 6 dB while staying audible'),
    down20DbMs: msOrNull('Onset to the level falling 20 dB for good'),
    bufferDepthMs: msOrNull('Audio that had arrived and not been heard at the onset'),
    maxBufferDepthMs: msOrNull('Largest depth of the playout buffer'),
    underruns: count('Times the playout buffer ran empty'),
    largestGapMs: msOrNull('Largest time between two packets of the agent'),
    jitterMs: msOrNull('Interarrival jitter (RFC 3550) at the end'),
    arrivalPace: z.number().nullable().describe('Audio per time where packets came evenly before the onset, 1: real time; null: they did not'),
    sendLatenessMs: msOrNull('Largest lateness of an uplink frame from the onset to the stop'),
    referenceLost: flag('What was heard did not match the response asked for'),
    invalidReason: invalidReason.nullable(),
    error: textOrNull('What went wrong; null: not errored'),
  })
  .meta({ id: 'Attempt' }) satisfies z.ZodType<AttemptResult>;
