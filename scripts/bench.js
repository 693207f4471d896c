// How fast the harness is, each figure as a ratio against something measured in the same run. Machines are shared and noisy:
// quote medians and ratios. Usage: node scripts/build.js && node scripts/bench.js [--profile full] [--jobs N]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { defaultCorpusDir, loadCorpus } from '../dist/corpus/load.js';
import { detectors, defaultDetectorOptions } from '../dist/detect/index.js';
import { measureAttempt, defaultMeasureOptions } from '../dist/measure/attempt.js';
import { replayVirtually } from '../dist/replay/engine.js';
import { prepareMedia } from '../dist/replay/media.js';
import { planAttempts } from '../dist/replay/plan.js';
import { makeVad } from '../dist/vad/index.js';

const { values } = parseArgs({ options: { profile: { type: 'string', default: 'full' }, jobs: { type: 'string' }, agent: { type: 'string', default: 'reference:after' } } });
const cores = availableParallelism();
const jobs = Number(values.jobs ?? cores);
const seconds = (start) => Number(process.hrtime.bigint() - start) / 1e9;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// 1. The cost of one Silero frame on this thread, warm.
const corpus = await loadCorpus(defaultCorpusDir);
const [speech] = corpus.list('agent');
const { pcm } = await corpus.clip(speech.id);
const vad = await makeVad('silero', 16000, { cache: false });
const costs = [];
for (let i = 0; i < 2400; i++) {
  const at = (i * 512) % (pcm.samples.length - 512);
  const start = process.hrtime.bigint();
  await vad.process(pcm.samples.slice(at, at + 512));
  if (i >= 400) costs.push(seconds(start) * 1000);
}
const frameMs = median(costs);
console.log(`a Silero frame (32 ms of audio): ${frameMs.toFixed(3)} ms at the median of ${costs.length}`);

// 2. The energy detector on one core, against real time.
const minutes = 10;
const track = { rateHz: 16000, samples: new Int16Array(minutes * 60 * 16000) };
for (let at = 0; at + pcm.samples.length <= track.samples.length; at += pcm.samples.length) track.samples.set(pcm.samples, at);
const input = () => ({
  track, reference: null, userOnset: track.samples.length, userEnd: track.samples.length, windowEnd: track.samples.length,
  resumeSamples: 64_000, flushes: [], queueEmptyAt: () => false, responseEnd: null, undisturbedPauseMs: null, options: defaultDetectorOptions,
});
const times = [];
for (let i = 0; i < 5; i++) {
  const start = process.hrtime.bigint();
  detectors.energy.detect(input());
  times.push(seconds(start));
}
console.log(`energy detector: ${Math.round((minutes * 60) / median(times))} times real time on one core (goal 5000)`);

// 3. The corpus on the virtual clock, and what is measured of it.
const plan = await planAttempts({ corpus, profile: values.profile, seed: 1, repeat: 1 });
const rss = [];
let done = 0;
const start = process.hrtime.bigint();
const work = await replayVirtually(
  plan.attempts, jobs,
  { corpusDir: defaultCorpusDir, agent: values.agent, agentOptions: {}, replay: {}, signal: new AbortController().signal },
  async (attempt, recording) => {
    measureAttempt(attempt, recording, (await prepareMedia(attempt, corpus)).response, defaultMeasureOptions);
    if (++done % Math.ceil(plan.attempts.length / 8) === 0) rss.push(Math.round(process.memoryUsage().rss / 1e6));
    return 'done';
  },
);
const wall = seconds(start);
const frames = work.reduce((sum, { computed }) => sum + computed, 0);
const known = work.reduce((sum, { hits }) => sum + hits, 0);
const again = work.reduce((sum, { recomputed }) => sum + recomputed, 0);
const bound = (1.5 * frames * frameMs) / 1000 / Math.min(cores, jobs) + 5;
console.log(`${plan.attempts.length} attempts of '${values.profile}' with ${values.agent}, ${jobs} jobs: ${wall.toFixed(1)} s`);
console.log(`distinct VAD frames ${frames} (computed again ${again}, known ${known}); 1.5 x frames x cost / cores + 5 s = ${bound.toFixed(1)} s: ${wall <= bound ? 'within' : 'ABOVE'}`);
console.log(`memory of the process through the run, MB: ${rss.join(' ')}`);
