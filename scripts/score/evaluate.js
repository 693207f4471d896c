// Scores recordings with a known truth (make-set.js) and prints how far the results are from it.
//   node scripts/score/evaluate.js [--set results/score-set] [--worst 0] [--json false]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differing, figuresOf } from './figures.js';
import { load, flags } from './program.js';
import { scoreAgainstTruth } from './against-truth.js';

const { set, worst, json } = flags({ set: join('results', 'score-set'), worst: '0', json: 'false' });
const modules = {
  ...(await load('score/score.js')),
  ...(await load('score/analysis.js')),
  ...(await load('score/call.js')),
  ...(await load('score/judge.js')),
  ...(await load('detect/index.js')),
};
const { truth } = JSON.parse(readFileSync(join(set, 'truth.json'), 'utf8'));
const snrs = [...new Set(truth.map(({ snrDb }) => snrDb))];
const bySnr = new Map();
for (const snrDb of snrs) {
  const rows = [];
  let extra = 0;
  for (const call of truth.filter((other) => other.snrDb === snrDb)) {
    const scored = await scoreAgainstTruth(modules, join(set, call.file), call);
    rows.push(...scored.rows);
    extra += scored.extra;
  }
  bySnr.set(snrDb, { rows, extra });
}

const clean = bySnr.get(null)?.rows;
const all = snrs.map((snrDb) => {
  const { rows, extra } = bySnr.get(snrDb);
  return { snrDb, extraOnsets: extra, ...figuresOf(rows, truth[0].rateHz), unlikeClean: clean ? differing(rows, clean) : null };
});
if (json === 'true') console.log(JSON.stringify(all, null, 2));
else for (const figures of all) print(figures);
for (const snrDb of snrs) printWorst(snrDb, bySnr.get(snrDb).rows);

function print({ snrDb, ...f }) {
  const line = ({ n, absP50Ms, absP95Ms, maxMs, medianMs }) =>
    n === 0 ? 'none' : `n ${n}, median ${medianMs.toFixed(2)}; absolute p50 ${absP50Ms.toFixed(2)}, p95 ${absP95Ms.toFixed(2)}, max ${maxMs.toFixed(1)} ms`;
  const wrong = f.missed + f.falseYields;
  console.log(`\n${snrDb === null ? 'clean' : `${snrDb} dB`}: ${f.n} onsets (${f.yields} yields, ${f.holds} holds, ${f.pauses} pauses)`);
  console.log(`  onset given   stop error: ${line(f.stop)}`);
  console.log(`                cut within 14 dB of the speech level: ${line(f.stopLoud)}`);
  console.log(`                missed ${f.missed} of ${f.yields}, false ${f.falseYields} of ${f.holds + f.pauses} (${((100 * wrong) / f.n).toFixed(1)} % wrong); invalid ${f.invalid}; unlike clean ${f.unlikeClean ?? '-'}`);
  console.log(`                pauses and holds called yields though the speech went on: ${f.pausesCalledYields}, resumed: ${f.resumed}`);
  console.log(`  onset found   missed ${f.onsetsMissed}, extra ${f.extraOnsets}; onset error: ${line(f.onset)}`);
  console.log(`                latency error: ${line(f.latency)}`);
  console.log(`                missed ${f.missedFound}, false ${f.falseYieldsFound}`);
}

function printWorst(snrDb, rows) {
  const count = Number(worst);
  if (count === 0) return;
  const ms = (sample) => (sample * 1000) / truth[0].rateHz;
  console.log(`\n${snrDb ?? 'clean'}: worst stops, then wrong outcomes`);
  const off = rows.filter(({ event, given }) => event.kind === 'yield' && given.outcome === 'yielded').map((row) => ({ ...row, error: row.given.stopMs - ms(row.event.stop) }));
  for (const { event, given, error, file } of off.sort((a, b) => Math.abs(b.error) - Math.abs(a.error)).slice(0, count)) {
    console.log(`  ${file} ${ms(event.stop).toFixed(0)} error ${error.toFixed(1)} ms, ${event.stopDbRe.toFixed(0)} dB, ${given.outcome}`);
  }
  for (const { event, given, file } of rows.filter(({ event, given }) => (event.kind === 'yield') !== (given.outcome === 'yielded')).slice(0, 3 * count)) {
    console.log(`  ${file} ${event.kind} at ${ms(event.onset).toFixed(0)} stop ${event.stop && ms(event.stop).toFixed(0)} ${given.outcome} ${given.invalidReason ?? ''} stop ${given.stopMs?.toFixed(0)} resumed ${given.resumedAfterMs?.toFixed(0)} ${event.userClip}`);
  }
}
