// Draws the attempts of every profile from the committed corpus and writes them to corpus/draws/.
//   node scripts/draw.js [corpus folder] [--check]
// --check writes nothing and fails where the files differ from a fresh draw. Needs dist/ (`npm run build`).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const built = join(root, 'dist');
if (!existsSync(join(built, 'corpus', 'draw.js'))) {
  console.error('draw: the program is not built. Run `npm run build` first.');
  process.exit(2);
}
const module = (path) => import(pathToFileURL(join(built, path)).href);
const { loadCorpus } = await module('corpus/load.js');
const { gatherMaterial } = await module('corpus/draw-material.js');
const { drawAttempts, drawSeed } = await module('corpus/draw.js');
const { drawPath, drawToCsv, drawnFromPath, hashDraw } = await module('corpus/draw-file.js');

async function main() {
  const words = process.argv.slice(2);
  const folder = words.find((word) => !word.startsWith('--')) ?? join(root, 'corpus');
  const corpus = await loadCorpus(folder);
  const { profiles, notes } = drawAttempts(await gatherMaterial(corpus), drawSeed);
  const files = Object.entries(profiles).map(([profile, rows]) => [drawPath(folder, profile), drawToCsv(rows)]);
  files.push([drawnFromPath(folder), JSON.stringify({ corpusHash: corpus.hash, seed: drawSeed }, null, 2) + '\n']);

  for (const note of notes) console.error(`draw: ${note}`);
  for (const [profile, rows] of Object.entries(profiles)) console.log(`${profile}: ${rows.length} attempts, ${hashDraw(rows)}`);
  if (words.includes('--check')) {
    const stale = files.filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text).map(([path]) => path);
    for (const path of stale) console.error(`draw: ${path} differs from a fresh draw`);
    return stale.length > 0 ? 1 : 0;
  }
  mkdirSync(join(folder, 'draws'), { recursive: true });
  for (const [path, text] of files) writeFileSync(path, text);
  return 0;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  if (thrown?.name !== 'BargeinError') throw thrown;
  console.error(`draw: ${thrown.message}\n      ${thrown.hint}`);
  process.exitCode = thrown.code;
}
