import { shownAgent } from '../agents/shown-agent.js';
import type { DryRun } from '../benchmark.js';
import type { RunConfig } from '../types.js';
import { showEta } from './progress.js';

/** What a run would be, as lines of text. */
export function describeDryRun({ attempts, warmUps, wallMs, audioMinutes, downlinkMinutes, leftOut }: DryRun, config: RunConfig): string {
  const auto = config.clock === 'realtime' && config.concurrency === 'auto';
  const clock = config.clock === 'virtual' ? 'virtual clock' : auto ? 'real time, if as many sessions hold as there can be' : `real time, ${config.concurrency} at once`;
  const lines = [
    `agent      ${shownAgent(config.agent, config.agentOptions)}`,
    `attempts   ${attempts} (profile ${config.profile}, seed ${config.seed})${warmUps > 0 ? `, after ${warmUps} to warm up` : ''}`,
    `wall time  ${auto ? 'at least' : 'about'} ${showEta(wallMs)} (${clock})`,
    `audio      ${audioMinutes.toFixed(1)} minutes to the agent, about ${downlinkMinutes.toFixed(1)} from it`,
    `results    ${config.outputDir}`,
    ...leftOut.map(({ reason, count }) => `left out   ${count}: ${reason}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

export function dryRunToJson({ attempts, warmUps, wallMs, audioMinutes, downlinkMinutes, leftOut }: DryRun): string {
  return `${JSON.stringify({ attempts, warm_ups: warmUps, wall_ms: wallMs, audio_minutes: audioMinutes, downlink_minutes: downlinkMinutes, left_out: leftOut }, null, 2)}\n`;
}
