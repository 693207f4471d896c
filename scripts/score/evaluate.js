// Scores recordings with a known truth (make-set.js) and prints how far the results are from it, over all sets and for each.
//   node scripts/score/evaluate.js [--set results/score-set[,another]] [--worst 0] [--json false]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differing, figuresOf } from './figures.js';
import { load, flags } from './program.js';
import { printFigures, printPart, printWorst } from './print-figures.js';
import { scoreAgainstTruth } from './against-truth.js';

const { set, worst, json } = flags({ set: join('results', 'score-set'), worst: '0', json: 'false' });
const modules = {
  ...(await load('score/score.js')),
  ...(await load('score/analysis.js')),
  ...(await load('score/call.js')),
  ...(await load('score/judge.js')),
  ...(await load('detect/index.js')),
};

/** For each SNR of a set the rows of its calls, in one order, and the onsets found where there are none. */
async function scoreSet(dir) {
  const { seed, truth } = JSON.parse(readFileSync(join(dir, 'truth.json'), 'utf8'));
  const bySnr = new Map();
  for (const call of truth) {
    const { rows, extra } = await scoreAgainstTruth(modules, join(dir, call.file), call);
    const sum = bySnr.get(call.snrDb) ?? { rows: [], extra: 0 };
    bySnr.set(call.snrDb, { rows: [...sum.rows, ...rows.map((row) => ({ ...row, seed }))], extra: sum.extra + extra });
  }
  return { seed, rateHz: truth[0].rateHz, bySnr };
}

const sets = [];
for (const dir of set.split(',')) sets.push(await scoreSet(dir));
const { rateHz } = sets[0];
const pooled = [...sets[0].bySnr.keys()].map((snrDb) => {
  const parts = sets.map(({ seed, bySnr }) => ({ seed, ...bySnr.get(snrDb), clean: bySnr.get(null)?.rows }));
  return { snrDb, parts, rows: parts.flatMap(({ rows }) => rows) };
});
const all = pooled.map(({ snrDb, parts, rows }) => ({
  snrDb,
  extraOnsets: parts.reduce((sum, { extra }) => sum + extra, 0),
  ...figuresOf(rows, rateHz),
  unlikeClean: parts.every(({ clean }) => clean) ? parts.reduce((sum, part) => sum + differing(part.rows, part.clean), 0) : null,
  sets: parts.map((part) => ({ seed: part.seed, ...figuresOf(part.rows, rateHz) })),
}));
if (json === 'true') console.log(JSON.stringify(all, null, 2));
for (const [k, figures] of json === 'true' ? [] : all.entries()) {
  printFigures(figures);
  if (sets.length > 1) for (const part of figures.sets) printPart(part);
  printWorst(pooled[k].rows, rateHz, Number(worst));
}
