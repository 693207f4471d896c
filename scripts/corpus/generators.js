// Noise from seeds. Only additions and multiplications of doubles, in a fixed order, and constants written out: the same samples
// on every platform (no Math.sin, Math.pow or Math.log).
import { randomFrom } from '../../dist/time/random.js';

const rateHz = 16000;
/** RMS near -26 dBFS before levelling, in 16-bit units. */
const amplitude = 1600;

/** Sum of four uniform values, centred: near enough to normal, exact everywhere. Variance 1/3. */
function noiseFrom(random) {
  return random() + random() + random() + random() - 2;
}

/** Pink within 0.05 dB above 9 Hz: Paul Kellet's filter of seven poles on white noise. */
function pink(length, seed) {
  const random = randomFrom(seed);
  const poles = [0.99886, 0.99332, 0.969, 0.8665, 0.55, -0.7616];
  const gains = [0.0555179, 0.0750759, 0.153852, 0.3104856, 0.5329522, -0.016898];
  const state = [0, 0, 0, 0, 0, 0];
  let delayed = 0;
  return fill(length, () => {
    const white = noiseFrom(random);
    let sum = delayed + white * 0.5362;
    for (let k = 0; k < 6; k++) {
      state[k] = poles[k] * state[k] + white * gains[k];
      sum += state[k];
    }
    delayed = white * 0.115926;
    return sum * 0.7 * amplitude;
  });
}

/** Hiss without its lowest octaves, and a crackle five times a second or so: a short decaying burst each. */
function line(length, seed) {
  const random = randomFrom(seed);
  let [last, burst] = [0, 0];
  return fill(length, () => {
    const white = noiseFrom(random);
    const hiss = white - 0.7 * last;
    last = white;
    if (random() < 5 / rateHz) burst = 2 + 4 * random();
    burst *= 0.97;
    return (hiss + burst * noiseFrom(random)) * amplitude;
  });
}

/** 50 Hz and harmonics, by turning a point: 10 s hold 500 whole periods, so that the end meets the start. */
function hum(length, seed) {
  const random = randomFrom(seed);
  const [cosine, sine] = [0.9998072404820648, 0.0196336924606283]; // of pi / 160
  const harmonics = [[1, 1], [2, 0.5], [3, 0.6], [5, 0.3], [7, 0.15]];
  const points = harmonics.map(([order]) => {
    let [x, y] = [1, 0];
    for (let k = 0; k < order; k++) [x, y] = [x * cosine - y * sine, x * sine + y * cosine];
    return { x: 1, y: 0, turnX: x, turnY: y };
  });
  return fill(length, () => {
    let sum = 0.02 * noiseFrom(random);
    points.forEach((point, k) => {
      [point.x, point.y] = [point.x * point.turnX - point.y * point.turnY, point.x * point.turnY + point.y * point.turnX];
      sum += harmonics[k][1] * point.y;
    });
    return sum * amplitude;
  });
}

function fill(length, next) {
  return Int16Array.from({ length }, () => Math.max(-32768, Math.min(32767, Math.round(next()))));
}

const kinds = { pink, line, hum };

export function generateNoise({ noise, lengthMs, seed }) {
  return { rateHz, samples: kinds[noise]((lengthMs * rateHz) / 1000, seed) };
}
