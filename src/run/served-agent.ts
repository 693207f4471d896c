import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isPerCall, makeAgent, parseAgentSpec, wireFacts, wireKinds } from '../agents/index.js';
import type { CalibratedWire } from '../calibration/index.js';
import { BargeinError } from '../errors.js';
import { ownResponses } from '../serve/own-response.js';
import type { EndedCall } from '../serve/lateness.js';
import { listen, socketProtocols } from '../serve/server.js';
import type { SocketProtocol } from '../serve/server.js';
import { ReportedCalls } from './reported-calls.js';
import { atUsualPriority, HrtimeClock, unlessStuck } from '../time/index.js';
import type { AgentOptions, MediaFormat } from '../types.js';

/** A calibration agent behind a wire. */
export interface ServedCalibrationAgent {
  readonly wire: CalibratedWire;
  /** Ends what was started for it. Never throws. */
  close(): Promise<void>;
}

/** Options of a wire that say what its line is: the calibration's must be the same. */
const lineOptions = ['rateHz', 'input.rateHz', 'output.rateHz', 'api', 'format'];

const cli = fileURLToPath(new URL('../cli.js', import.meta.url));
const startLimitMs = 30_000;

/**
 * The calibration agent behind the wire of an agent, on this machine: the path to an agent elsewhere is part of that agent. Served by a
 * process of its own, as agents are; by this one where the program has not been built.
 *
 * @param spec the agent: `twilio`, or `twilio:ws://...`, of which only the kind counts
 * @returns null for an agent that is reached without a wire
 */
export async function serveCalibrationAgent(spec: string, options: AgentOptions, corpusDir: string): Promise<ServedCalibrationAgent | null> {
  const kind = spec.split(':')[0];
  const facts = wireFacts(kind);
  if (facts === null) return null;
  const served = isSocket(kind) ? await serveSocket(kind, corpusDir) : serveCommand(kind, corpusDir);
  try {
    return { wire: { ...(await calibratedWire(`${kind}:${served.target}`, options)), endOf: served.endOf }, close: served.close };
  } catch (thrown) {
    await served.close();
    throw thrown;
  }
}

/** What `--agent` of a calibration means: the kind of a wire alone, or without an address, is served here, an address is somebody's. */
export async function reachCalibrationAgent(spec: string, options: AgentOptions, corpusDir: string): Promise<ServedCalibrationAgent> {
  const served = spec.includes(':') && !isPerCall(spec) ? null : await serveCalibrationAgent(spec, options, corpusDir);
  return served ?? { wire: await calibratedWire(spec, options), close: async () => {} };
}

/**
 * The calibration agent that somebody serves: `bargein serve --agent programmed`.
 * @throws BargeinError for an agent that is reached without a wire
 */
export async function calibratedWire(spec: string, options: AgentOptions): Promise<CalibratedWire> {
  const { kind } = parseAgentSpec(spec);
  const facts = wireFacts(kind);
  if (facts === null) throw new BargeinError(`the agent ${spec} is not reached by a wire`, `leave --agent out, or give one of ${wireKinds.join(', ')}`);
  const ofLine = Object.fromEntries(lineOptions.flatMap((name) => (Object.hasOwn(options, name) ? [[name, options[name]]] : [])));
  const { line } = await makeAgent(spec, ofLine);
  if (line === null) throw new BargeinError(`the agent ${spec} does not say what its line is`, 'give another');
  return { agent: spec, line, options: withOneRate(ofLine, line), ...facts };
}

/** A served agent has one rate both ways: here that of what it says, on which the stop is measured. */
function withOneRate(options: AgentOptions, { rateHz }: MediaFormat): AgentOptions {
  const [heardHz, saidHz] = ['input.rateHz', 'output.rateHz'] as const;
  return heardHz in options || saidHz in options ? { ...options, [heardHz]: rateHz } : options;
}

function isSocket(kind: string): kind is SocketProtocol {
  return (socketProtocols as readonly string[]).includes(kind);
}

interface Target {
  readonly target: string;
  endOf?: CalibratedWire['endOf'];
  close(): Promise<void>;
}

function serveArguments(kind: string, corpusDir: string): string[] {
  return ['serve', '--protocol', kind, '--agent', 'programmed', '--corpus', corpusDir];
}

/** A command is started anew for each attempt. */
function serveCommand(kind: string, corpusDir: string): Target {
  if (!existsSync(cli)) throw new BargeinError(`${cli} does not exist: the calibration agent cannot be started`, 'build the program: `npm run build`');
  const words = [process.execPath, cli, ...serveArguments(kind, corpusDir)].map((word) => `"${word.replace(/(["\\$`])/g, '\\$1')}"`);
  return { target: words.join(' '), close: async () => {} };
}

async function serveSocket(kind: SocketProtocol, corpusDir: string): Promise<Target> {
  if (existsSync(cli)) return serveInProcess(kind, corpusDir);
  const calls = new ReportedCalls();
  const served = { agent: 'programmed', agentOptions: {}, clock: HrtimeClock.modest(), ownResponse: await ownResponses(corpusDir, null), callEnded: (call: EndedCall) => calls.add(call) };
  const { address, close } = await listen({ protocol: kind, port: 0, served, maxConnections: mostCalls });
  return { target: address, endOf: (seed) => calls.of(seed), close };
}

/** More sessions at once than any machine keeps on schedule. */
const mostCalls = 1000;

async function serveInProcess(kind: SocketProtocol, corpusDir: string): Promise<Target> {
  const words = [cli, ...serveArguments(kind, corpusDir), '--port', '0', '--max-calls', String(mostCalls), '--report-calls'];
  // This thread may have given way to the sessions of a run before.
  const child = atUsualPriority(() => spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] }));
  const calls = new ReportedCalls();
  const lines = createInterface(child.stdout).on('line', (line) => calls.read(line));
  const end = () => child.kill();
  process.once('exit', end);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async () => {
    process.off('exit', end);
    child.kill();
    await gone;
  };
  try {
    const target = await unlessStuck(addressOf(child, lines), startLimitMs, 'starting the calibration agent');
    return { target, endOf: (seed) => calls.of(seed), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** What the served agent says of itself: the address at the end of its first line. */
function addressOf({ stderr }: ReturnType<typeof spawn>, lines: Interface): Promise<string> {
  return new Promise((resolve, reject) => {
    let complained = '';
    stderr?.on('data', (bytes: Buffer) => (complained += bytes.toString()));
    lines.on('line', (line) => {
      const [, address] = / on (ws:\/\/\S+)$/.exec(line) ?? [];
      if (address) resolve(address);
    });
    lines.once('close', () => reject(new Error(`the calibration agent ended before it could be called: ${complained.trim().split('\n')[0] ?? ''}`)));
  });
}
