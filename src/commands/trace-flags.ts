import { Command } from '@commander-js/extra-typings';
import { BargeinError } from '../errors.js';
import { stages } from '../measure/stack-names.js';
import { parseListenAddress } from '../telemetry/listen-address.js';
import type { Intent, Ms, Stage } from '../types.js';
import { addOptions, judgeOptions, reportOptions } from './option-groups.js';
import { duration, latencyLimits, number, oneOf, shortText } from './values.js';

const intents = ['interruption', 'backchannel', 'noise', 'control'] as const satisfies readonly Intent[];
const [second, day] = [1000, 86_400_000];

const examples = `
The onset here is where the VAD fired, not the first syllable of the caller:
these figures and those of \`bargein run\` are not to be compared to the
millisecond. Gates on stages: p95[tts.first_byte] <= 350, errors[llm] <= 2%.

Examples:
  bargein trace calls.jsonl --dry-run
  bargein trace calls.jsonl.gz --mapping ours.json --gate 'p95 <= 300ms'
  bargein trace --listen 127.0.0.1:4318 --for 10m --page-limit tts=300`;

export function declareTrace() {
  const command = new Command('trace')
    .summary('measure calls by the spans that their pipeline emits')
    .description('Measure calls by the spans that their pipeline emits: from where the VAD fires to where the agent goes quiet, and what each stage took.')
    .argument('[files...]', 'OTLP (JSON, JSON lines, protobuf), Jaeger or Tempo JSON, also gzipped; - for standard input')
    .optionsGroup('What to read:')
    .option('--listen <host:port>', 'receive spans over OTLP/HTTP until Ctrl-C, e.g. at 127.0.0.1:4318', (text) => parseListenAddress('--listen', text))
    .option('--for <time>', 'with --listen: end after this, e.g. 10m', duration('--for', second, day))
    .option('--mapping <file>', "JSON or a module: which of your spans and events mean what (added to the names of LiveKit, Pipecat and audio.*)")
    .option('--intent <name>', "what the caller's speech is in all of these calls: interruption, backchannel, noise or control", oneOf('--intent', intents))
    .option('--dry-run', 'only show what the mapping finds and what it does not, without figures')
    .optionsGroup('How to measure:')
    .option('--within <list>', 'latency limits in ms (default: 60,100,250)', latencyLimits('--within'))
    .option('--page-limit <stage=ms>', 'p95 of the first byte at which to be paged, or none (repeatable; default: asr=150, tts=350, barge_in=200)', pageLimits);
  return addOptions(addOptions(command, judgeOptions), reportOptions)
    .optionsGroup('What to demand:')
    .option('--allow-mismatch', 'compare with a baseline of another mapping or kind too, and show in what they differ')
    .optionsGroup('What to write:')
    .option('--output <dir>', 'folder for the results (default: results/trace-<name>)')
    .option('--force', 'replace the trace in --output')
    .option('--label <text>', 'names the build (default: production)', shortText('--label'))
    .option('--json', 'print one JSON document instead of the summary')
    .option('--quiet', 'no progress on standard error')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

export type TraceFlags = ReturnType<ReturnType<typeof declareTrace>['opts']>;

type PageLimits = Partial<Record<Stage, Ms | null>>;

/** `tts=300`; `tts=none` for no limit. The last one of a stage holds. */
function pageLimits(text: string, previous: PageLimits | undefined): PageLimits {
  const at = text.indexOf('=');
  if (at < 0) throw new BargeinError(`--page-limit ${text} is not of the form stage=ms`, 'write e.g. --page-limit tts=300');
  const stage = oneOf('--page-limit', stages)(text.slice(0, at).trim());
  const limit = text.slice(at + 1).trim();
  return { ...previous, [stage]: limit === 'none' ? null : number(`--page-limit ${stage}`, 1, 600_000, 'ms')(limit) };
}
