import type { DryRun } from '../benchmark.js';
import type { RunConfig } from '../types.js';
import { showEta } from './progress.js';

/** What a run would be, as lines of text. */
export function describeDryRun({ attempts, wallMs, audioMinutes, leftOut }: DryRun, config: RunConfig): string {
  const clock = config.clock === 'virtual' ? 'virtual clock' : `real time, ${config.concurrency} at once`;
  const lines = [
    `agent      ${config.agent}`,
    `attempts   ${attempts} (profile ${config.profile}, seed ${config.seed})`,
    `wall time  about ${showEta(wallMs)} (${clock})`,
    `audio      ${audioMinutes.toFixed(1)} minutes`,
    `results    ${config.outputDir}`,
    ...leftOut.map(({ reason, count }) => `left out   ${count}: ${reason}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

export function dryRunToJson({ attempts, wallMs, audioMinutes, leftOut }: DryRun): string {
  return `${JSON.stringify({ attempts, wall_ms: wallMs, audio_minutes: audioMinutes, left_out: leftOut }, null, 2)}\n`;
}
