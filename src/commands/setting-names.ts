import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** What has flags: a command of commander. */
export type WithOptions = Pick<CommandUnknownOpts, 'options'>;

/** Flags that are about one call: neither a variable nor a file sets them (but BARGEIN_CONFIG names the file). */
export const perCall: ReadonlySet<string> = new Set(['config', 'printConfig', 'dryRun', 'resume', 'force', 'monitor']);
/** Flags that may be given several times. */
export const repeatable: ReadonlySet<string> = new Set(['agentOption', 'detectorOption', 'filter', 'gate', 'param', 'reference']);
/** Flags of which a file may ask for none: an empty list says so, and takes the place of what stands below. */
export const emptiable: ReadonlySet<string> = new Set(['filter', 'gate', 'report']);
/** Flags whose values are paths: in a file, relative to it. */
export const paths: ReadonlySet<string> = new Set(['corpus', 'output', 'promptAudio', 'otlpFile']);
/** In a file, a flag that takes several of a kind is named in the plural. */
const plurals: Readonly<Record<string, string>> = {
  agentOption: 'agentOptions',
  detectorOption: 'detectorOptions',
  condition: 'conditions',
  filter: 'filters',
  gate: 'gates',
  param: 'params',
  report: 'reports',
};

/** The key that sets a flag in a configuration file: `gates` for `--gate`, `playoutMs` for `--playout-ms`. */
export function configKeyOf(flag: string): string {
  return plurals[flag] ?? flag;
}

/** The variable that sets a flag: `BARGEIN_PLAYOUT_MS` for `--playout-ms`, `BARGEIN_CLOCK_CHECK` for `--no-clock-check`. */
export function variableOf(flag: string): string {
  return `BARGEIN_${words(flag, '_').toUpperCase()}`;
}

/** `--playout-ms` for `playoutMs`. */
export function flagOf(flag: string): string {
  return `--${words(flag, '-')}`;
}

/** Flags that variables and files set too. Of a pair like --shard and --no-shard the first. */
export function settableOptions(command: WithOptions): Option[] {
  const seen = new Set(perCall);
  return command.options.filter((option) => {
    const name = option.attributeName();
    return !seen.has(name) && seen.add(name);
  });
}

function words(camelCase: string, mark: string): string {
  return camelCase.replace(/[A-Z]/g, (letter) => `${mark}${letter.toLowerCase()}`);
}
