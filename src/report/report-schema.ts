import { z } from 'zod';
import { attemptSchema } from './schema-attempt.js';
import { comparisonSchema, gateSchema } from './schema-judgement.js';
import { runSchema } from './schema-run.js';
import { summarySchema } from './schema-summary.js';

/** What report.json holds. Fields may be added within a version; none changes its meaning or goes. */
export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  run: runSchema,
  summary: summarySchema,
  gates: z.array(gateSchema).describe('In the order in which they were asked for; empty where none was'),
  comparison: comparisonSchema.nullable().describe('Against the baseline; null where there is none'),
  attempts: z.array(attemptSchema).describe('In the order of the draw'),
});

export type ReportDocument = z.infer<typeof reportSchema>;

/** The same as JSON Schema, draft 2020-12: docs/report.schema.json. Fields it does not know are allowed. */
export function reportJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { io: 'input' });
  return `${JSON.stringify({ $schema, title: 'bargein report.json, version 1', ...schema }, null, 2)}\n`;
}
