/** First differences: speech without the weight of its low tones, in which all voices are alike. */
export function preEmphasised(samples: Int16Array): Float64Array {
  const out = new Float64Array(samples.length);
  for (let i = 1; i < samples.length; i++) out[i] = samples[i] - samples[i - 1];
  return out;
}

export function sumOfSquares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}

/** Sum of `a[i] * b[i + lag]` for every lag from `first` to `last`. */
export function crossCorrelate(a: Float64Array, b: Float64Array, first: number, last: number): Float64Array {
  const out = new Float64Array(last - first + 1);
  for (let lag = first; lag <= last; lag++) {
    const to = Math.min(a.length, b.length - lag);
    let sum = 0;
    for (let i = Math.max(0, -lag); i < to; i++) sum += a[i] * b[i + lag];
    out[lag - first] = sum;
  }
  return out;
}

/**
 * Solves `T x = y` for a symmetric positive definite Toeplitz matrix given by its first row (Levinson 1947; Golub & Van Loan, Matrix
 * Computations, algorithm 4.7.2).
 */
export function solveToeplitz(row: Float64Array, y: Float64Array): Float64Array {
  const n = row.length;
  const x = new Float64Array(n);
  if (n === 0 || row[0] <= 0) return x;
  // The prediction filter of the order so far, beginning with 1, and its error.
  let filter = Float64Array.of(1);
  let error = row[0];
  x[0] = y[0] / row[0];
  for (let k = 1; k < n; k++) {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += filter[j] * row[k - j];
    const reflection = -sum / error;
    const next = new Float64Array(k + 1);
    for (let j = 0; j <= k; j++) next[j] = (filter[j] ?? 0) + reflection * (filter[k - j] ?? 0);
    filter = next;
    error *= 1 - reflection * reflection;
    if (error <= 0) return x;
    let reached = 0;
    for (let j = 0; j < k; j++) reached += row[k - j] * x[j];
    const gain = (y[k] - reached) / error;
    for (let j = 0; j <= k; j++) x[j] += gain * filter[k - j];
  }
  return x;
}

/** Levinson and Durbin's recursion (Makhoul 1975, section II): the error filter of the best prediction, beginning with 1. */
export function predictionError(correlation: Float64Array): number[] {
  // A floor of white noise 50 dB down keeps the recursion stable for pure tones.
  let error = correlation[0] * (1 + 1e-5);
  const taps = [1];
  for (let i = 1; i < correlation.length; i++) {
    let sum = 0;
    for (let j = 0; j < i; j++) sum += taps[j] * correlation[i - j];
    const reflection = -sum / error;
    const before = [...taps, 0];
    for (let j = 0; j <= i; j++) taps[j] = before[j] + reflection * before[i - j];
    error *= 1 - reflection * reflection;
  }
  return taps;
}
