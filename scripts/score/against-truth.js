// One recording with a known truth, scored twice: with its onsets given, and as `bargein score` does it.
import { nearestOnset } from './figures.js';

/**
 * @param modules what of the program is needed: scoreCalls, analyse, openCall, judgeOnset, defaultDetectorOptions
 * @returns `rows` for figures.js, and how many onsets were found where there are none
 */
export async function scoreAgainstTruth(modules, path, { events, rateHz }) {
  const { scoreCalls, analyse, openCall, judgeOnset, defaultDetectorOptions: options } = modules;
  const signal = new AbortController().signal;
  const report = await scoreCalls({ files: [path], callerChannel: 'left', labels: null, withinMs: [60, 100, 250], detectorOptions: options }, { signal, progress: () => {} });
  const call = await openCall(path, 'left');
  const analysis = await analyse(call, options, signal);
  const pauseMs = report.pausesSeen === 0 ? null : report.hangoverMs - 20;
  const rows = [];
  for (const event of events) {
    const onsetMs = (event.onset * 1000) / rateHz;
    const judgement = await judgeOnset(analysis, { at: event.onset, end: event.userEnd }, 'interruption', pauseMs, options);
    const near = nearestOnset(report.onsets, onsetMs);
    rows.push({
      file: path.split('/').pop(),
      event,
      given: { ...judgement, stopMs: judgement.stopLatencyMs === null ? null : onsetMs + judgement.stopLatencyMs },
      found: near && {
        outcome: near.result.outcome,
        resumedAfterMs: near.result.resumedAfterMs,
        onsetMs: near.userOnsetMs,
        stopMs: near.result.stopLatencyMs === null ? null : near.userOnsetMs + near.result.stopLatencyMs,
      },
    });
  }
  await call.close();
  const extra = report.onsets.filter(({ userOnsetMs }) => !events.some(({ onset, userEnd }) => userOnsetMs > (onset * 1000) / rateHz - 400 && userOnsetMs < (userEnd * 1000) / rateHz + 400)).length;
  return { rows, extra };
}
