import { z } from 'zod';
import { stackFigures, stages } from '../measure/stack-names.js';
import type { TraceFacts } from '../types.js';
import { count, msOrNull, text, textOrNull, texts } from './schema-fields.js';

const tallied = z.object({ what: text('What was seen'), count: count('How often'), example: textOrNull('Where first; null: it needs none') }).meta({ id: 'Tallied' });

const figure = z
  .object({
    name: z.enum(stackFigures),
    n: count('Spans that have it'),
    nothing: count('Spans that say they produced nothing (-1): not among n'),
    p50Ms: msOrNull('By nearest rank; null where n is 0'),
    p95Ms: msOrNull('Likewise'),
    p99Ms: msOrNull('Likewise'),
  })
  .meta({ id: 'StackFigure' });

const stage = z
  .object({
    stage: z.enum(stages),
    n: count('Spans of the stage'),
    errors: count('Of these, marked as errors'),
    pageLimitMs: msOrNull('At p95 of the first byte; null: none'),
    overLimit: z.boolean().nullable().describe('p95 of the first byte is above it; null where either is missing'),
    figures: z.array(figure),
    revised: z
      .object({ n: count('Final transcripts with the text of both'), count: count('Of these, other words than the last partial one') })
      .nullable()
      .describe('null for other stages than asr'),
  })
  .meta({ id: 'Stage' });

export const traceSchema = z
  .object({
    sources: texts('Files as named, or the address that was listened on'),
    spans: count('Spans read'),
    lost: count('Spans, and other pieces of the input, that could not be used'),
    calls: count('Calls with a moment of a barge-in'),
    rebuilt: count('Rows that a run had written into its spans; these count from the first syllable'),
    unmeasured: z.array(tallied).describe('Barge-ins without a latency, by what is missing: in no figure'),
    defects: z.array(tallied).describe('What is wrong with the input'),
    notes: z.array(tallied).describe('Not wrong, but a reader should know'),
    stack: z.array(stage).describe('Stages in the order asr, llm, tts, client, barge_in'),
  })
  .meta({ id: 'Trace' }) satisfies z.ZodType<TraceFacts>;
