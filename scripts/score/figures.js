// Holds what is measured on recordings against their truth. Pure.

/** An onset found this far from the true one, ms, is that onset. */
const sameOnsetMs = 400;

/** Cuts in sounds this far below the active speech level are weak: noise 20 dB down covers what is left of them, dB. */
const weakDb = -14;

/**
 * @param rows one a true onset: { event, given, found } with `given` the judgement at the true onset, `found` the scored onset
 *   that is nearest (null: none within reach); both with `stopMs`, where the agent stopped, from the start of the call
 */
export function figuresOf(rows, rateHz) {
  const ms = (sample) => (sample * 1000) / rateHz;
  const yields = rows.filter(({ event }) => event.kind === 'yield');
  const holds = rows.filter(({ event }) => event.kind !== 'yield');
  const stops = yields.filter(({ given }) => given.outcome === 'yielded');
  const located = rows.filter(({ found }) => found !== null);
  const missed = yields.filter(({ given }) => given.outcome !== 'yielded');
  /** A pause after which the same speech goes on is right when the result says so. */
  const falseYields = holds.filter(({ given }) => given.outcome === 'yielded' && given.resumedAfterMs === null);
  const invalidHolds = holds.filter(({ given }) => given.outcome === 'invalid');
  const both = yields.filter(({ found }) => found?.outcome === 'yielded');
  return {
    n: rows.length,
    yields: yields.length,
    holds: holds.filter(({ event }) => event.kind === 'hold').length,
    pauses: holds.filter(({ event }) => event.kind === 'pause').length,
    /** The caller's onset given: measured minus true stop; all of them, and those where the agent was not cut in a weak sound. */
    stop: spread(stops.map(({ event, given }) => given.stopMs - ms(event.stop))),
    stopLoud: spread(stops.filter(({ event }) => event.stopDbRe >= weakDb).map(({ event, given }) => given.stopMs - ms(event.stop))),
    /** What is called invalid, yield or hold, is wrong: the truth of these recordings can be measured. */
    wrong: missed.length + falseYields.length + invalidHolds.length,
    missed: missed.length,
    falseYields: falseYields.length,
    invalidYields: missed.filter(({ given }) => given.outcome === 'invalid').length,
    invalidHolds: invalidHolds.length,
    /** False yields, counted without the grace for pauses. */
    pausesCalledYields: holds.filter(({ given }) => given.outcome === 'yielded').length,
    resumed: holds.filter(({ given }) => given.outcome === 'resumed').length,
    onsetsMissed: rows.length - located.length,
    onset: spread(located.map(({ event, found }) => found.onsetMs - ms(event.onset))),
    latency: spread(both.map(({ event, found }) => found.stopMs - found.onsetMs - ms(event.stop - event.onset))),
    missedFound: yields.filter(({ found }) => found !== null && found.outcome !== 'yielded').length,
    falseYieldsFound: holds.filter(({ found }) => found?.outcome === 'yielded' && found.resumedAfterMs === null).length,
    invalidFound: rows.filter(({ found }) => found?.outcome === 'invalid').length,
  };
}

/** Median, and the absolute error that half, 95 % and all of them stay within. */
function spread(errors) {
  const sorted = errors.toSorted((a, b) => a - b);
  const absolute = errors.map(Math.abs).sort((a, b) => a - b);
  const at = (values, p) => (values.length === 0 ? null : values[Math.max(0, Math.ceil(p * values.length) - 1)]);
  return { n: errors.length, medianMs: at(sorted, 0.5), absP50Ms: at(absolute, 0.5), absP95Ms: at(absolute, 0.95), maxMs: at(absolute, 1) };
}

/** The scored onset nearest to a true one; null where none is near. */
export function nearestOnset(onsets, trueMs) {
  const near = onsets.filter(({ userOnsetMs }) => Math.abs(userOnsetMs - trueMs) <= sameOnsetMs);
  return near.sort((a, b) => Math.abs(a.userOnsetMs - trueMs) - Math.abs(b.userOnsetMs - trueMs))[0] ?? null;
}

/** Outcomes that differ from those on the clean track, at the same given onsets. */
export function differing(rows, cleanRows) {
  return rows.filter(({ given }, i) => (given.outcome === 'yielded') !== (cleanRows[i].given.outcome === 'yielded')).length;
}
