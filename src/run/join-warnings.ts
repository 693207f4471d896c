import { median } from 'simple-statistics';
import { isValid, wentQuiet } from '../measure/selections.js';
import { describeFault } from '../telemetry/index.js';
import { clockToleranceMs } from '../telemetry/join.js';
import type { JoinedAttempt, JoinFate } from '../telemetry/join.js';
import type { Ms, Warning } from '../types.js';
import type { JoinReport } from './agent-spans.js';

/** What a reader should know of the agent's own spans; null: none were asked for. */
export function joinWarnings(report: JoinReport | null): Warning[] {
  if (report === null) return [];
  if (report.spans === 0 && report.url !== null) return [nothingCame(report.url), ...warnAboutTally(report)];
  return [...warnAboutGaps(report), ...warnAboutSilence(report), ...warnAboutClocks(report), ...warnAboutFile(report), ...warnAboutTally(report)];
}

function nothingCame(url: string): Warning {
  return {
    seen: `no span of the agent's came to ${url}: the agent_... columns are empty`,
    cause: 'the agent exports no traces, exports them elsewhere, or has not sent its last batch',
    remedy: `set OTEL_EXPORTER_OTLP_ENDPOINT=${url} where the agent runs, and have it export over OTLP/HTTP and flush when a call ends`,
  };
}

function warnAboutGaps({ attempts, keptSessions }: JoinReport): Warning[] {
  const without = ofFate(attempts, 'no-spans').length;
  if (without === 0) return [];
  return [
    {
      seen: `${without} of ${attempts.length} attempts have no spans of the agent's: their agent_... columns are empty`,
      cause: keptSessions ? 'a session that is kept is offered the trace of its first attempt only (--reuse-session)' : 'the agent begins traces of its own instead of joining the one it is offered (traceparent), samples them, or exported late',
      remedy: keptSessions ? 'leave --reuse-session out, or have the agent name the attempt in audio.turn_id' : 'take the parent of its spans from the traceparent, sample all of them, and flush when a call ends; docs/tracing-joined.md',
    },
  ];
}

/** Only where the agent stopped: one that holds may have noticed nothing. */
function warnAboutSilence({ attempts }: JoinReport): Warning[] {
  const stopped = attempts.filter(({ result }) => isValid(result) && wentQuiet(result));
  const untold = ofFate(stopped, 'nothing-told').length;
  if (untold === 0) return [];
  return [
    {
      seen: `the agent stopped in ${stopped.length} attempts, and in ${untold} of them its spans tell neither when it noticed nor when it acted`,
      cause: 'its spans and events have other names',
      remedy: 'emit the events vad.speech_started, cancel, flush and agent.silent, or a span audio.barge_in with its attributes; docs/tracing-joined.md',
    },
  ];
}

function warnAboutClocks({ attempts }: JoinReport): Warning[] {
  const apart = attempts.flatMap(({ apartMs }) => apartMs ?? []);
  if (apart.length === 0) return [];
  const typicalMs = median(apart);
  return [
    {
      seen: `clocks apart: in ${apart.length} of ${attempts.length} attempts the agent noticed before the user's onset (by more than ${clockToleranceMs} ms) or after the end, by its own clock: at the median ${describeShift(typicalMs)}. No time of these was taken`,
      cause: "the agent's clock and this machine's differ, or its VAD fired at something else than the user",
      remedy: "synchronise both clocks (NTP), run the agent on this machine, or have it export the durations audio.vad_detect_ms, audio.cancel_ms and audio.silence_ms",
    },
  ];
}

function describeShift(ms: Ms): string {
  const size = Math.abs(ms) >= 10_000 ? `${(Math.abs(ms) / 1000).toFixed(1)} s` : `${Math.abs(ms).toFixed(0)} ms`;
  return `${size} ${ms < 0 ? 'before' : 'after'} the onset`;
}

function warnAboutFile({ dropped, spans }: JoinReport): Warning[] {
  if (dropped === 0) return [];
  return [
    {
      seen: `${dropped} of ${spans} spans of the agent's were not kept: agent-spans.jsonl is full`,
      cause: 'the agent exports far more than its barge-ins, or the run is long',
      remedy: 'filter at the agent what it exports to --otlp-listen, or cut the run with --shard',
    },
  ];
}

function warnAboutTally({ tally }: JoinReport): Warning[] {
  const lost = tally?.faults.filter(({ fate }) => fate !== 'kept') ?? [];
  return lost.map((fault) => ({ seen: `the agent's traces: ${describeFault(fault)}`, cause: "a fault of the agent's exporter, or of what lies between", remedy: 'see the log of the agent; what was lost is in no column' }));
}

function ofFate(attempts: readonly JoinedAttempt[], wanted: JoinFate): JoinedAttempt[] {
  return attempts.filter(({ fate }) => fate === wanted);
}
