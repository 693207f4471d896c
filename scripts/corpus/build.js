// Rebuilds the default corpus from its recipes:
//
//   node scripts/build.js && node scripts/corpus/build.js [--livekit FOLDER]            writes corpus/
//   node scripts/build.js && node scripts/corpus/build.js --check [--livekit FOLDER]    writes nothing; exit code 1 on any difference
//
// Clips whose package is not installed are kept as they are, and named. --livekit: an unpacked `npm pack @livekit/agents@1.9.0`.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { activeSpeechLevelDbfs, corpusLevelDbfs, levelTo, peakDbfs } from '../../dist/audio/levels.js';
import { encodeWav } from '../../dist/audio/wav.js';
import { durationMsOf, sha256Of } from '../../dist/corpus/clip-file.js';
import { formatManifest, parseManifest } from '../../dist/corpus/manifest.js';
import { findSpeech } from '../../dist/corpus/onset.js';
import { randomFrom } from '../../dist/time/random.js';
import { provenance } from './licences.js';
import { noticeFor } from './notice.js';
import { recipes } from './recipes.js';
import { Absent, makeAudio } from './sources.js';

const { values: options } = parseArgs({ options: { check: { type: 'boolean' }, livekit: { type: 'string' }, only: { type: 'string' } } });
const corpusDir = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'corpus');
const manifestPath = join(corpusDir, 'manifest.json');
const leadInMs = 80;
const tailMs = 200;
/** A recording that begins or ends nearer to its speech than this gets silence there, up to the usual margin. */
const leastMarginMs = 60;
/** A made lead-in: noise this far below the speech. */
const roomToneDb = 50;

/** Trimmed around the speech, with silence where there is too little of it, and levelled. Loops stay as they are. */
function finish(pcm, recipe) {
  if (recipe.from.lengthMs) return levelTo(pcm, corpusLevelDbfs).pcm;
  const span = findSpeech(pcm);
  if (!span || (span.uncertain && recipe.role !== 'noise')) throw new Error(`${recipe.id} has no speech that stands out from its noise`);
  const at = (ms) => Math.round((ms * pcm.rateHz) / 1000);
  const [onset, end] = [at(span.onsetMs), at(span.endMs)];
  const from = Math.max(0, onset - at(recipe.leadInMs ?? leadInMs));
  const to = Math.min(pcm.samples.length, end + at(tailMs));
  // What a program made comes from silence; a recording's own noise is better than silence, if there is enough of it.
  const enough = (length, usual) => length >= at(recipe.kind === 'synthetic' ? usual : leastMarginMs);
  const before = enough(onset - from, leadInMs) ? 0 : at(leadInMs) - (onset - from);
  const after = enough(to - end, tailMs) ? 0 : at(tailMs) - (to - end);
  const samples = new Int16Array(before + to - from + after);
  samples.set(pcm.samples.subarray(from, to), before);
  const trimmed = { rateHz: pcm.rateHz, samples };
  return levelTo(recipe.roomToneMs ? withRoomTone(trimmed, recipe) : trimmed, corpusLevelDbfs).pcm;
}

function withRoomTone({ rateHz, samples }, { roomToneMs, id }) {
  const random = randomFrom(id.length);
  const amplitude = 32768 * 10 ** ((activeSpeechLevelDbfs({ rateHz, samples }) - roomToneDb) / 20);
  const length = (roomToneMs * rateHz) / 1000;
  const out = new Int16Array(length + samples.length);
  for (let i = 0; i < length; i++) out[i] = Math.round(amplitude * (random() + random() - 1) * 2);
  out.set(samples, length);
  return { rateHz, samples: out };
}

async function build(recipe) {
  const pcm = finish(await makeAudio(recipe.from, options.livekit), recipe);
  const bytes = encodeWav([pcm.samples], pcm.rateHz);
  const { onsetMs, endMs, method } = findSpeech(pcm);
  const { source, licence, rebuild, folder } = provenance(recipe.from);
  const { id, role, kind, words, language, personas } = recipe;
  const activeLevelDbfs = Math.round(activeSpeechLevelDbfs(pcm) * 100) / 100;
  const made = recipe.roomToneMs ? `; ${recipe.roomToneMs} ms of noise put before it` : '';
  const entry = {
    id,
    file: `${folder}/${id}.wav`,
    sha256: sha256Of(bytes),
    role,
    kind,
    words,
    language,
    personas,
    onsetMs,
    onsetMethod: method,
    endMs,
    activeLevelDbfs,
    durationMs: durationMsOf(pcm),
    source: source + made,
    licence,
    rebuild,
  };
  return { entry, bytes, peak: peakDbfs(pcm.samples) };
}

function writeAtomically(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

const old = existsSync(manifestPath) ? parseManifest(readFileSync(manifestPath, 'utf8'), manifestPath).clips : [];
const known = new Map(old.map((entry) => [entry.id, entry]));
const clips = [];
const [skipped, different] = [[], []];
let [rebuilt, total] = [0, 0];
for (const recipe of recipes) {
  if (options.only && !recipe.id.includes(options.only)) continue;
  const before = known.get(recipe.id);
  try {
    const { entry, bytes, peak } = await build(recipe);
    rebuilt++;
    total += bytes.length;
    clips.push(entry);
    if (options.check) {
      if (JSON.stringify(entry) !== JSON.stringify(before)) different.push(`${recipe.id}: ${before ? 'is not what its recipe makes' : 'is not in the manifest'}`);
      else if (sha256Of(readFileSync(join(corpusDir, entry.file))) !== entry.sha256) different.push(`${recipe.id}: ${entry.file} does not match its sha256`);
    } else {
      writeAtomically(join(corpusDir, entry.file), bytes);
      const { onsetMs, endMs, durationMs, activeLevelDbfs } = entry;
      console.log([recipe.id.padEnd(34), `${durationMs.toFixed(0)} ms`, `onset ${onsetMs.toFixed(1)}`, `end ${endMs.toFixed(1)}`, `level ${activeLevelDbfs}`, `peak ${peak.toFixed(1)}`, entry.onsetMethod].join('  '));
    }
  } catch (thrown) {
    if (!(thrown instanceof Absent)) throw thrown;
    skipped.push(`${recipe.id}: ${thrown.message}`);
    if (before) clips.push(before);
  }
}
for (const entry of options.only ? [] : old) {
  if (recipes.some(({ id }) => id === entry.id)) continue;
  if (entry.rebuild === 'own') clips.push(entry);
  else different.push(`${entry.id}: has no recipe`);
}
const notice = options.only ? null : noticeFor(clips.filter(({ rebuild }) => rebuild !== 'own'));
const noticePath = join(corpusDir, 'NOTICE');
if (options.check && notice !== null && (!existsSync(noticePath) || readFileSync(noticePath, 'utf8') !== notice)) different.push('NOTICE: is not what the recipes make');
if (!options.check && !options.only) {
  writeAtomically(noticePath, notice);
  const manifest = parseManifest(JSON.stringify({ schemaVersion: 1, name: 'bargein-default', clips }), manifestPath);
  writeAtomically(manifestPath, formatManifest(manifest));
  const listed = new Set(clips.map(({ file }) => file));
  for (const name of readdirSync(join(corpusDir, 'clips'), { recursive: true })) {
    if (name.endsWith('.wav') && !listed.has(`clips/${name}`)) rmSync(join(corpusDir, 'clips', name));
  }
}

for (const line of skipped) console.log(`skipped  ${line}`);
for (const line of options.check ? different : []) console.log(`differs  ${line}`);
console.log(`corpus: ${rebuilt} clips rebuilt (${(total / 1e6).toFixed(1)} MB), ${skipped.length} skipped${options.check ? `, ${different.length} different` : ''}`);
process.exitCode = options.check && different.length > 0 ? 1 : 0;
