// Makes recordings of calls with a truth known to the sample, at each SNR, from the corpus' own clips.
//   node scripts/score/make-set.js [--seed 101] [--calls 24] [--turns 16] [--output results/score-set]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flags, load, root } from './program.js';
import { addNoise, makeCall } from './recordings.js';

const { seed, calls, turns, output } = flags({ seed: '101', calls: '24', turns: '16', output: join('results', 'score-set') });
const { loadCorpus } = await load('corpus/load.js');
const { encodeWav } = await load('audio/wav.js');
const { normalFrom, randomFrom, seedOf } = await load('time/index.js');

const snrs = [null, 30, 20, 12];
const corpus = await loadCorpus(join(root, 'corpus'));
const clipsOf = (entries) => Promise.all(entries.map(({ id }) => corpus.clip(id)));
const clips = {
  agents: await clipsOf(corpus.list('agent')),
  interruptions: await clipsOf(corpus.list('interruption')),
  holds: await clipsOf([...corpus.list('backchannel'), ...corpus.list('noise').filter(({ durationMs, id }) => durationMs < 5000 && !id.startsWith('noise-keyboard'))]),
};
const pink = (await corpus.clip('noise-pink')).pcm.samples;

/** Ten seconds of white noise, or of noise with little above 300 Hz, as rooms have. */
function lowPassed(pole, random) {
  let state = 0;
  return Int16Array.from({ length: 160_000 }, () => (state = pole * state + normalFrom(random) * 1000));
}

mkdirSync(output, { recursive: true });
const truth = [];
for (let k = 0; k < Number(calls); k++) {
  const random = randomFrom(seedOf('call', seed, k));
  const call = makeCall({ clips, random, turns: Number(turns) });
  // Each call has one kind of steady noise; its sides have different stretches of it.
  const kind = ['white', 'pink', 'room'][k % 3];
  const noise = kind === 'pink' ? pink : lowPassed(kind === 'white' ? 0 : 0.9, random);
  const turned = [...noise.subarray(noise.length >> 1), ...noise.subarray(0, noise.length >> 1)];
  for (const snrDb of snrs) {
    const file = `call-${String(k).padStart(2, '0')}-${snrDb === null ? 'clean' : `${snrDb}db`}.wav`;
    const sides = [addNoise(call.caller, call.gains.caller, turned, snrDb), addNoise(call.agent, call.gains.agent, noise, snrDb)];
    writeFileSync(join(output, file), encodeWav(sides, call.rateHz));
    truth.push({ file, call: k, snrDb, noise: snrDb === null ? null : kind, rateHz: call.rateHz, events: call.events });
  }
}
writeFileSync(join(output, 'truth.json'), `${JSON.stringify({ seed, truth }, null, 1)}\n`);
const events = truth.filter(({ snrDb }) => snrDb === null).flatMap((call) => call.events);
const count = (kind) => events.filter((event) => event.kind === kind).length;
console.log(`${calls} calls x ${snrs.length} SNRs in ${output}: ${events.length} onsets each (${count('yield')} yields, ${count('hold')} holds, ${count('pause')} pauses)`);
