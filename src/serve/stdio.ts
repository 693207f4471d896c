import type { Readable, Writable } from 'node:stream';
import { BargeinError } from '../errors.js';
import type { Ms } from '../types.js';
import { SampleJoiner } from '../wires/sample-joiner.js';
import { toS16le } from '../wires/samples.js';
import { ServedCall } from './call.js';
import type { Served } from './call.js';
import { PacedOutput } from './paced-output.js';
import { ResponseWatch } from './response-watch.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Raw signed 16-bit little-endian mono both ways. */
export interface StdioPipes {
  readonly stdin: Pick<Readable, 'on' | 'once'>;
  readonly stdout: Pick<Writable, 'write' | 'on'>;
}

const defaultRateHz = 16_000;
const frameMs = 20;
/** How long it takes to get rid of what has piled up in the pipe while the agent was loading. */
const catchUpMs: Ms = 100;

/**
 * Serves one call on two pipes; resolves when the caller has hung up, which is the end of its audio. What the caller says of itself is in
 * the environment: `BARGEIN_RATE_HZ`, `BARGEIN_TURNS` and, for turns `response`, `BARGEIN_RESPONSE` and `BARGEIN_SEED`; options of the
 * agent stand there by their own names. A pipe carries no flush and no event: speech is sent in real time, and a flush drops what waits.
 * What the caller says while the agent is loading is not heard, so that it does not hear everything late.
 *
 * @throws BargeinError for a caller or an option that cannot be served, and where the agent breaks
 */
export async function serveStdio(served: Served, env: Environment = process.env, { stdin, stdout }: StdioPipes = process): Promise<void> {
  const rateHz = Number(env.BARGEIN_RATE_HZ ?? defaultRateHz);
  if (!(rateHz > 0 && Number.isInteger(rateHz))) throw new BargeinError(`BARGEIN_RATE_HZ is '${env.BARGEIN_RATE_HZ}'`, 'set it to samples per second, such as 16000');
  const output = new PacedOutput(served.clock, rateHz, (samples) => stdout.write(toS16le(samples)));
  const watch = new ResponseWatch(served.clock);
  let broke: (thrown: unknown) => void = () => {};
  const broken = new Promise<never>((_, reject) => (broke = reject));
  const line = { audio: (samples: Int16Array) => output.push(samples), flush: () => output.clear(), event: () => {} };
  const joiner = new SampleJoiner();
  let hear: (samples: Int16Array) => void = () => {};
  const hungUp = new Promise<void>((resolve) => {
    stdin.on('data', (bytes: Buffer) => hear(joiner.push(bytes)));
    stdin.once('end', resolve);
    stdin.once('close', resolve);
    stdin.on('error', () => resolve());
    stdout.on('error', () => resolve());
  });
  const opening = ServedCall.open(served, { rateHz, frameMs, codec: 'pcm16' }, givenIn(env), line, (reason) => broke(new Error(reason)));
  const call = await Promise.race([opening, hungUp.then(() => null)]);
  if (call === null) return void opening.then((late) => late.close()).catch(() => {});
  const listen = served.clock.at(served.clock.now() + catchUpMs, () => {
    hear = (samples) => call.hear(samples);
  });
  speakOn(env, watch, call, rateHz).catch((thrown: unknown) => broke(thrown));
  try {
    await Promise.race([hungUp, broken]);
  } finally {
    listen();
    watch.stop();
    output.clear();
    await call.close();
  }
}

async function speakOn(env: Environment, watch: ResponseWatch, call: ServedCall, rateHz: number): Promise<void> {
  const waits = env.BARGEIN_TURNS === 'response' && env.BARGEIN_RESPONSE !== undefined;
  await call.speak(waits ? await watch.wait(env.BARGEIN_RESPONSE as string, rateHz) : null);
}

/** What the environment says of the agent's options; `ServedCall` knows which these are. */
export function givenIn(env: Environment): Record<string, string> {
  const named = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(named), seed: env.BARGEIN_SEED ?? '0' };
}
