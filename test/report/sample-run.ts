import type { Attempt, AttemptResult, RunInfo } from '../../src/types.js';

/** A valid interruption of 83 ms, with whatever a test changes. */
export function makeResult(attempt: Partial<Attempt> = {}, verdict: Partial<AttemptResult> = {}): AttemptResult {
  return {
    attempt: {
      index: 0,
      id: 'f0000',
      agentClip: 'agent-a',
      userClip: 'user-a',
      userClipKind: 'synthetic',
      intent: 'interruption',
      persona: 'angry',
      condition: 'clean',
      offsetBand: 'middle',
      offsetMs: 1500,
      gainDb: 6,
      bed: null,
      seed: 11,
      ...attempt,
    },
    outcome: 'yielded',
    detector: 'reference-aware',
    actualOffsetMs: 1500.0625,
    stopLatencyMs: 83.125,
    stopLatencyLoMs: 83.125,
    stoppedInPause: false,
    energyStopLatencyMs: 83.125,
    packetizationMs: 12.5,
    wireStopLatencyMs: 61.25,
    detectMs: 35,
    cancelMs: 60,
    responseLatencyMs: null,
    resumedAfterMs: null,
    observedMs: 4083.125,
    truncated: false,
    leakMs: 0,
    duckedAfterMs: null,
    down20DbMs: 83.125,
    bufferDepthMs: 40,
    maxBufferDepthMs: 60,
    underruns: 0,
    largestGapMs: 30,
    jitterMs: 0.123456,
    sendLatenessMs: 0,
    referenceLost: false,
    invalidReason: null,
    error: null,
    ...verdict,
  };
}

const unmeasured: Partial<AttemptResult> = {
  stopLatencyMs: null,
  stopLatencyLoMs: null,
  energyStopLatencyMs: null,
  wireStopLatencyMs: null,
  detectMs: null,
  cancelMs: null,
  leakMs: null,
  down20DbMs: null,
};

/** One attempt of every outcome and intent, among them text that a spreadsheet or a CSV reader could trip over. */
export const sampleResults: readonly AttemptResult[] = [
  makeResult({ index: 0, id: 'f0000' }),
  makeResult({ index: 1, id: 'f0001', userClip: 'user-b', userClipKind: 'human', persona: 'soft', gainDb: -18 }, { stopLatencyMs: 59.9, stopLatencyLoMs: 59.9, energyStopLatencyMs: 59.9, wireStopLatencyMs: -4.5 }),
  makeResult(
    { index: 2, id: 'f0002', agentClip: 'agent-b', persona: 'tv-line', bed: { clip: 'tv', snrDb: 12 }, offsetBand: 'late', offsetMs: 4000 },
    { stopLatencyMs: 260, stopLatencyLoMs: 95, stoppedInPause: true, energyStopLatencyMs: 95 },
  ),
  makeResult({ index: 3, id: 'f0003', agentClip: 'agent-b', userClip: 'user-c', persona: 'mind-changer' }, { outcome: 'resumed', resumedAfterMs: 1800, truncated: true }),
  makeResult({ index: 4, id: 'f0004', userClip: 'user-c', persona: 'code-switcher', condition: 'telephone' }, { ...unmeasured, outcome: 'talked-through', observedMs: 812.5, stoppedInPause: false }),
  makeResult(
    { index: 5, id: 'f0005', agentClip: '+agent, "c"', intent: 'backchannel', persona: 'listener', userClip: 'mm-hm', userClipKind: 'human', gainDb: 0 },
    { ...unmeasured, outcome: 'held', observedMs: 3600 },
  ),
  makeResult({ index: 6, id: 'f0006', intent: 'backchannel', persona: 'listener', userClip: 'right', gainDb: 0 }, { outcome: 'resumed', resumedAfterMs: 2000 }),
  makeResult({ index: 7, id: 'f0007', intent: 'noise', persona: 'room', userClip: 'dog', userClipKind: 'human', gainDb: 0 }, { outcome: 'yielded', stopLatencyMs: 140, stopLatencyLoMs: 140 }),
  makeResult(
    { index: 8, id: 'f0008', intent: 'control', persona: 'none', userClip: null, userClipKind: null, gainDb: 0 },
    { ...unmeasured, outcome: 'held', observedMs: 3000 },
  ),
  makeResult({ index: 9, id: 'f0009', persona: 'angry' }, { outcome: 'invalid', invalidReason: 'harness-late', sendLatenessMs: 7.25 }),
  makeResult({ index: 10, id: 'f0010', persona: 'fast-talker' }, { ...unmeasured, outcome: 'invalid', invalidReason: 'silent-at-onset' }),
  makeResult(
    { index: 11, id: 'f0011', persona: 'angry' },
    { ...unmeasured, outcome: 'errored', error: '@socket closed, "1006"\nby the peer', actualOffsetMs: null, observedMs: null, jitterMs: NaN, packetizationMs: null },
  ),
];

export const sampleRun: RunInfo = {
  schemaVersion: 1,
  runId: '4f2a90c1',
  label: '=cmd()',
  agent: 'reference:after',
  agentOptions: { 'vad.threshold': 0.5, 'vad.kind': 'energy', flush: true, note: '-1+2, "quoted"' },
  clock: 'virtual',
  startedAt: null,
  version: '0.1.0',
  seed: 1,
  corpus: { name: 'default', hash: 'c0ffee' },
  draw: { profile: 'full', hash: 'd00d', attempts: 14 },
  withinMs: [60, 100, 250],
  configuration: { repeat: 1, playoutMs: 40, agent: 'reference:after' },
  environment: { version: '0.1.0', node: 'v20.20.0', os: 'linux', cpu: 'a cpu', cores: 2, load1: 0.5 },
  calibration: { n: 60, medianMs: 0.031, p95Ms: 0.42, maxMs: 0.97, controls: 10, falseYields: 0 },
  errorBarMs: 0.42,
  lateness: { sendP50Ms: 0.01, sendP99Ms: 0.21, sendMaxMs: 3.4, loopP99Ms: 1.2, loopMaxMs: 4.5, realtimeRatio: 1 },
  agreement: { attempts: 16, compared: 11, medianMs: 0.2, maxMs: 1.4, sameOutcome: 15, harnessLate: 1 },
  untrusted: [],
  warnings: [],
  unfinished: 2,
};
