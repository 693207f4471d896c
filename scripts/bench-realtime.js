// How well real-time sessions keep their schedule: uplink frames of calls to a served agent in another process over loopback, next to
// empty deadlines of the same pacer meanwhile (the floor), and how long the calls took against the audio they sent. Machines are shared
// and noisy: quote medians of runs and compare within one run.
// Usage: node scripts/build.js && node scripts/bench-realtime.js [--sessions 1,8,16,32] [--runs 3] [--each 2] [--dist dist]
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1,8,16,32' },
    runs: { type: 'string', default: '3' },
    each: { type: 'string', default: '2' },
    dist: { type: 'string', default: join(import.meta.dirname, '..', 'dist') },
  },
});
const dist = resolve(values.dist);
const load = (file) => import(pathToFileURL(join(dist, file)).href);
const { defaultCorpusDir, loadCorpus } = await load('corpus/load.js');
const { tasksOf } = await load('replay/engine.js');
const { planAttempts } = await load('replay/plan.js');
const { replayInRealTime } = await load('replay/realtime.js');
const { LatenessCounts } = await load('time/index.js');

const server = spawn(process.execPath, [join(dist, 'cli.js'), 'serve', '--protocol', 'twilio', '--port', '0', '--agent', 'reference:after', '--agent-option', 'vad.kind=energy'], { stdio: ['ignore', 'pipe', 'pipe'] });
const address = await new Promise((found, failed) => {
  const look = (line) => /ws:\/\/\S+/.test(line) && found(/ws:\/\/\S+/.exec(line)[0]);
  createInterface({ input: server.stdout }).on('line', look);
  createInterface({ input: server.stderr }).on('line', look);
  server.once('exit', (code) => failed(new Error(`the served agent ended with code ${code}`)));
});

const corpus = await loadCorpus(defaultCorpusDir);
const plan = await planAttempts({ corpus, profile: 'standard', conditions: null, filter: [], limit: null, seed: 1, repeat: 1, shard: null });
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const shown = (ms) => ms.toFixed(2).padStart(7);
const row = (name, { send, floor, over, cores, errors }) =>
  console.log(`${name.padEnd(14)} sent ${send.map(shown).join(' ')}   floor ${floor.map(shown).join(' ')}   p99 over the floor ${shown(send[1] - floor[1])} ms   wall over audio ${(100 * over).toFixed(1)} %   cores used ${cores.toFixed(2)}   errors ${errors}   load ${loadavg()[0].toFixed(1)}`);

async function measure(sessions) {
  const attempts = Array.from({ length: sessions * Number(values.each) }, (_, i) => ({ ...plan.attempts[i % plan.attempts.length], id: `b${i}`, offsetMs: 800 }));
  const counts = new LatenessCounts();
  let audioMs = 0;
  let sessionMs = 0;
  let errors = 0;
  const [cpu, start] = [process.cpuUsage(), process.hrtime.bigint()];
  const options = {
    corpusDir: defaultCorpusDir, corpus, agent: `twilio:${address}`, variants: [{ turns: 'response' }], signal: new AbortController().signal,
    replay: { windowMs: 1500, resumeMs: 1000 }, concurrency: sessions, warmUps: Math.min(2, sessions), reuseSession: false,
  };
  const floor = await replayInRealTime(tasksOf(attempts), options, async (_, recording) => {
    for (const lateMs of recording.uplink.latenessMs ?? []) counts.add(lateMs);
    audioMs += recording.uplink.frames * recording.format.frameMs;
    sessionMs += recording.endMs;
    if (recording.error !== null) errors++;
    return 'done';
  });
  const used = process.cpuUsage(cpu);
  const cores = (used.user + used.system) / (Number(process.hrtime.bigint() - start) / 1e3);
  const three = (figures) => [figures.p50Ms, figures.p99Ms, figures.maxMs];
  return { send: three(counts.figures()), floor: three(floor), over: sessionMs / audioMs - 1, cores, errors };
}

console.log('lateness in ms: p50, p99, max');
for (const sessions of values.sessions.split(',').map(Number)) {
  const runs = [];
  for (let run = 0; run < Number(values.runs); run++) {
    runs.push(await measure(sessions));
    row(`${sessions} sessions`, runs.at(-1));
  }
  const middle = (of) => [0, 1, 2].map((i) => median(runs.map((run) => run[of][i])));
  row('  median', { send: middle('send'), floor: middle('floor'), over: median(runs.map(({ over }) => over)), cores: median(runs.map(({ cores }) => cores)), errors: runs.reduce((sum, { errors }) => sum + errors, 0) });
}
server.removeAllListeners('exit');
server.kill('SIGINT');
