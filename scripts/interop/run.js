// Measures agents that are built on other people's frameworks: `node scripts/interop/run.js [--limit 8] [--only TEXT] [--cli dist/cli.js]`
// after `npm ci` in the root. Installs its own packages (--ignore-scripts) where they are missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { limit: { type: 'string', default: '8' }, only: { type: 'string', default: '' }, cli: { type: 'string', default: 'dist/cli.js' }, output: { type: 'string', default: 'results/interop' } },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const cli = resolve(root, values.cli);
const consoleAgent = `livekit-console:node ${here}livekit-agent.js console`;
const inProcess = `${here}livekit-in-process.js`;
const noWarmup = { LK_AEC_WARMUP: 'none' };
const noResume = { ...noWarmup, LK_RESUME_FALSE_INTERRUPTION: 'false' };

/** What is measured: the agent, the settings of its session. A counterpart that is a server is started for it. */
const cases = [
  { name: 'console, as it comes', agent: consoleAgent, env: {} },
  { name: 'console, no warm-up', agent: consoleAgent, env: noWarmup },
  { name: 'console, no warm-up, no resume', agent: consoleAgent, env: noResume },
  { name: 'console, same, minDuration 100', agent: consoleAgent, env: { ...noResume, LK_MIN_DURATION: '100' } },
  { name: 'console, same, minDuration 50', agent: consoleAgent, env: { ...noResume, LK_MIN_DURATION: '50' } },
  { name: 'in process, as it comes', agent: inProcess, env: {} },
  { name: 'in process, no warm-up', agent: inProcess, env: noWarmup },
  { name: 'in process, same, minDuration 100', agent: inProcess, env: { ...noWarmup, LK_MIN_DURATION: '100' } },
  { name: 'in process, same, minDuration 50', agent: inProcess, env: { ...noWarmup, LK_MIN_DURATION: '50' } },
  { name: 'openai twilio', agent: null, env: {} },
].filter(({ name }) => name.includes(values.only));

/** Starts a server and waits for the address that it prints. */
function serve(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolved, failed) => {
    let text = '';
    child.stdout.on('data', (piece) => {
      text += piece;
      const address = /ws:\/\/\S+/.exec(text)?.[0];
      if (address) resolved({ address, stop: () => child.kill('SIGTERM') });
    });
    child.on('exit', (code) => failed(new Error(`${args.join(' ')} ended with ${code} before it listened`)));
  });
}

async function measure({ name, agent, env }, folder) {
  const servers = [];
  if (agent === null) {
    servers.push(await serve([cli, 'serve', '--protocol', 'openai-realtime', '--port', '0', '--agent', 'reference:after']));
    servers.push(await serve([`${here}openai-twilio.js`, '--model', servers[0].address]));
  }
  const args = ['run', '--agent', agent ?? `twilio:${servers[1].address}`, '--profile', 'quick', '--filter', 'intent=interruption', '--filter', 'condition=clean'];
  const how = ['--limit', values.limit, '--clock', 'realtime', '--concurrency', '1', '--quiet', '--force', '--output', folder];
  const child = spawn(process.execPath, [cli, ...args, ...how], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
  const code = await new Promise((resolved) => child.on('exit', resolved));
  for (const { stop } of servers.reverse()) stop();
  if (code !== 0 && code !== 3) throw new Error(`${name}: bargein run ended with ${code}`);
  return rowsOf(`${folder}/attempts.csv`);
}

/** Rows of an attempts.csv by column. Fields with commas are of no interest here. */
function rowsOf(path) {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n').map((line) => line.split(','));
  return lines.map((fields) => Object.fromEntries(head.map((column, i) => [column, fields[i]])));
}

function describe(rows, column, wanted = () => true) {
  const list = rows.filter((row) => wanted(row) && row[column] !== '').map((row) => Number(row[column])).sort((a, b) => a - b);
  if (list.length === 0) return '-';
  return `${Math.round(list[Math.ceil(list.length / 2) - 1])} (${Math.round(list[0])} to ${Math.round(list.at(-1))})`;
}

function outcomes(rows) {
  const counts = new Map();
  for (const { outcome, invalid_reason } of rows) counts.set(invalid_reason || outcome, (counts.get(invalid_reason || outcome) ?? 0) + 1);
  return [...counts].map(([what, count]) => `${what} ${count}`).join(', ');
}

if (!existsSync(cli)) throw new Error(`${cli} does not exist: npm ci && node scripts/build.js`);
if (!existsSync(`${here}node_modules`)) {
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: here, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ci in ${here} ended with ${status}`);
}
console.log('case | stop latency p50 (range) ms | onset to its own VAD, ms | onset to its flush, ms | outcomes');
for (const [i, one] of cases.entries()) {
  const rows = await measure(one, resolve(root, values.output, String(i)));
  const counted = ({ outcome }) => outcome === 'yielded' || outcome === 'resumed';
  console.log(`${one.name} | ${describe(rows, 'stop_latency_ms', counted)} | ${describe(rows, 'detect_ms', counted)} | ${describe(rows, 'cancel_ms', counted)} | ${outcomes(rows)}`);
}
