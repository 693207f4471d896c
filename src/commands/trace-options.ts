import { Command, Option } from '@commander-js/extra-typings';
import { byEnvironment, parseEndpoint } from '../telemetry/emit/endpoint.js';
import { parseListenAddress } from '../telemetry/listen-address.js';

/** Spans and metrics of what was measured. */
export function exportOptions() {
  return new Command()
    .optionsGroup('What to trace:')
    .addOption(new Option('--otlp [url]', 'export spans and metrics over OTLP/HTTP (default: to where OTEL_EXPORTER_OTLP_ENDPOINT says, else http://127.0.0.1:4318)').argParser(collector))
    .option('--otlp-file <file>', 'write the spans to this file, as lines of OTLP JSON');
}

/** Spans of the agent's own. */
export function receiveOptions() {
  return new Command()
    .optionsGroup('What to trace:')
    .option('--otlp-listen <host:port>', "receive the agent's own spans over OTLP/HTTP during the run, e.g. at 127.0.0.1:4318", listenAddress);
}

/** In a variable or a file `true` means the same as the flag without a URL. */
function collector(text: string): string | undefined {
  if (text === 'false') return undefined;
  return text === byEnvironment || text === 'true' ? byEnvironment : parseEndpoint('--otlp', text);
}

/** What `--otlp` comes to: given without a URL it is `true`. */
export function collectorOf(flag: string | boolean | undefined): string | null {
  return flag === true ? byEnvironment : flag || null;
}

/** Kept as it was written: it is a setting. */
function listenAddress(text: string): string {
  parseListenAddress('--otlp-listen', text);
  return text;
}
