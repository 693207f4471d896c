import type { StackFigureName, Stage } from '../types.js';

/** The stages of a voice pipeline, in the order in which they are shown. */
export const stages = ['asr', 'llm', 'tts', 'client', 'barge_in'] as const satisfies readonly Stage[];

/** What is measured of a stage, in the order in which it is shown. */
export const stackFigures = ['first_byte', 'total', 'first_partial', 'final', 'revision', 'largest_gap', 'jitter', 'buffer_depth', 'max_buffer_depth'] as const satisfies readonly StackFigureName[];
