// What evaluate.js prints of the figures of figures.js.

const errors = ({ n, absP50Ms, absP95Ms, maxMs, medianMs }) =>
  n === 0 ? 'none' : `n ${n}, median ${medianMs.toFixed(2)}; absolute p50 ${absP50Ms.toFixed(2)}, p95 ${absP95Ms.toFixed(2)}, max ${maxMs.toFixed(1)} ms`;

const share = ({ wrong, n }) => `${wrong} of ${n} wrong (${((100 * wrong) / n).toFixed(1)} %)`;

/** All figures of one SNR. */
export function printFigures({ snrDb, ...f }) {
  console.log(`\n${snrDb === null ? 'clean' : `${snrDb} dB`}: ${f.n} onsets (${f.yields} yields, ${f.holds} holds, ${f.pauses} pauses)`);
  console.log(`  onset given   stop error: ${errors(f.stop)}`);
  console.log(`                cut within 14 dB of the speech level: ${errors(f.stopLoud)}`);
  console.log(`                ${share(f)}: missed ${f.missed} of ${f.yields} (${f.invalidYields} of these invalid), false ${f.falseYields} and invalid ${f.invalidHolds} of ${f.holds + f.pauses}; unlike clean ${f.unlikeClean ?? '-'}`);
  console.log(`                pauses and holds called yields though the speech went on: ${f.pausesCalledYields}, resumed: ${f.resumed}`);
  console.log(`  onset found   missed ${f.onsetsMissed}, extra ${f.extraOnsets}; onset error: ${errors(f.onset)}`);
  console.log(`                latency error: ${errors(f.latency)}`);
  console.log(`                missed ${f.missedFound}, false ${f.falseYieldsFound}, invalid ${f.invalidFound}`);
}

/** One set of several, the onset given. */
export function printPart({ seed, ...f }) {
  console.log(`  seed ${seed}: stop error: ${errors(f.stop)}; ${share(f)}, ${f.invalidYields + f.invalidHolds} of these invalid`);
}

/** The stops that are farthest off, and what came out wrong. */
export function printWorst(rows, rateHz, count) {
  if (count === 0) return;
  const ms = (sample) => (sample * 1000) / rateHz;
  console.log('  worst stops, then wrong outcomes');
  const off = rows.filter(({ event, given }) => event.kind === 'yield' && given.outcome === 'yielded').map((row) => ({ ...row, error: row.given.stopMs - ms(row.event.stop) }));
  for (const { seed, event, given, error, file } of off.sort((a, b) => Math.abs(b.error) - Math.abs(a.error)).slice(0, count)) {
    console.log(`  ${seed}/${file} ${ms(event.stop).toFixed(0)} error ${error.toFixed(1)} ms, ${event.stopDbRe.toFixed(0)} dB, ${given.outcome}`);
  }
  const isOdd = ({ event, given }) => given.outcome === 'invalid' || (event.kind === 'yield') !== (given.outcome === 'yielded');
  for (const { seed, event, given, file } of rows.filter(isOdd).slice(0, 3 * count)) {
    console.log(`  ${seed}/${file} ${event.kind} at ${ms(event.onset).toFixed(0)} stop ${event.stop && ms(event.stop).toFixed(0)} ${given.outcome} ${given.invalidReason ?? ''} stop ${given.stopMs?.toFixed(0)} resumed ${given.resumedAfterMs?.toFixed(0)} ${event.userClip}`);
  }
}
