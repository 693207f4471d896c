import { amplitudeToDbfs } from '../audio/activity.js';
import type { Ms, Pcm } from '../types.js';

const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** The lowest level drawn, dBFS. */
const bottomDbfs = -60;
const rows = 4;
const axisWidth = 9;

export interface CurveMarks {
  /** From the start of the audio. */
  readonly onsetMs: Ms;
  readonly endMs: Ms;
}

/**
 * The level over time as lines of block characters, at most `columns` wide: in each column the level (RMS) of its
 * own span, from -60 to 0 dBFS, and below the curve `^` at the onset and `|` at the end of the speech.
 */
export function drawLevelCurve({ samples, rateHz }: Pcm, { onsetMs, endMs }: CurveMarks, columns: number): string[] {
  const lengthMs = (samples.length * 1000) / rateHz;
  const width = Math.max(Math.min(columns - axisWidth, 100), 10);
  const levels = columnLevelsDbfs(samples, width);
  const steps = levels.map((level) => Math.round(Math.min(Math.max((level - bottomDbfs) / -bottomDbfs, 0), 1) * rows * (blocks.length - 1)));
  const lines = Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * (blocks.length - 1);
    const cells = steps.map((step) => blocks[Math.min(Math.max(step - below, 0), blocks.length - 1)]).join('');
    const topDbfs = Math.round((bottomDbfs * row) / rows);
    return `${`${topDbfs} dB`.padStart(axisWidth - 2)} ▕${cells}`;
  });
  const column = (ms: Ms) => Math.min(Math.max(Math.floor((ms / lengthMs) * width), 0), width - 1);
  const marks = new Array<string>(width).fill(' ');
  marks[column(endMs)] = '|';
  marks[column(onsetMs)] = '^';
  const label = `^ onset ${Math.round(onsetMs)} ms, | end ${Math.round(endMs)} ms of ${Math.round(lengthMs)} ms`;
  return [...lines, `${' '.repeat(axisWidth)}${marks.join('')}`, `${' '.repeat(axisWidth)}${label}`].map((line) => line.trimEnd());
}

/** The level of each of `width` equal spans, dBFS. */
function columnLevelsDbfs(samples: Int16Array, width: number): number[] {
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * samples.length) / width);
    const span = samples.subarray(from, Math.max(Math.floor(((column + 1) * samples.length) / width), from + 1));
    const energy = span.reduce((sum, sample) => sum + sample * sample, 0);
    return amplitudeToDbfs(Math.sqrt(energy / Math.max(span.length, 1)));
  });
}
