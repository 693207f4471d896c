import { BargeinError, nearest } from '../errors.js';
import type { AgentEvent, AgentOptions } from '../types.js';
import { isTemplate, parseRule } from '../wires/json-rules.js';
import { pcmDialects, pcmPresets } from '../wires/pcm-dialects.js';
import type { PcmDialect, PcmPreset } from '../wires/pcm-dialects.js';
import { openOptions } from './option-table.js';
import type { ChoiceOption, NumberOption, OptionTable, OptionValues, TextOption } from './option-table.js';
import { keyFrom } from './secrets.js';
import { connectTimeoutOption } from './socket-options.js';
import { addressPerCall, turnsOption } from './wire.js';

function text(form: string, doc: string): TextOption {
  return { type: 'text', default: '', form, pattern: null, doc };
}

function rateHz(doc: string): NumberOption {
  return { type: 'number', default: 16000, min: 8000, max: 48000, unit: 'Hz', doc };
}

const preset: ChoiceOption<PcmPreset> = { type: 'choice', default: 'none', choices: pcmPresets, doc: 'whose messages the agent speaks; every other option counts over it' };
const rule = 'path=value, several with commas between; all must hold';

/** Empty means: as the preset has it. */
export const pcmOptions = {
  preset,
  turns: turnsOption('unprompted', ['unprompted', 'prompted', 'response']),
  'address.command': text('a command', `run before each call: the first line of its output that begins with ws:// or wss:// is the address; with --agent pcm:${addressPerCall}`),
  'input.rateHz': rateHz('rate of what the agent hears'),
  'output.rateHz': rateHz('rate of what the agent says, and of the line'),
  'clear.path': text('a dotted path', 'where a text message says that unplayed audio is to be dropped, e.g. type or data.event'),
  'clear.value': text('any text', 'what it says there, e.g. clear'),
  'event.*': text(rule, 'a text message that reports vad-start, vad-end, cancel, response-start, response-end or resume, e.g. event.vad-start=type=speech_started'),
  'ready.path': text('a dotted path', 'where a text message says that audio may be sent; the connection alone is enough where this is empty'),
  'ready.value': text('any text', 'what it says there'),
  'audio.path': text('a dotted path', 'where a text message holds samples in base64'),
  'audio.send': text('a JSON text with $AUDIO', 'the text message that carries samples to the agent in base64; binary messages where this is empty'),
  'prompt.send': text('a JSON text with $PROMPT', 'the text message that asks the agent for --prompt-text'),
  'message.*': text('any text; numbers, true, false, null, lists and objects as JSON', 'a field of the first message, e.g. message.agent.greeting'),
  'query.*': text('any text', 'a query parameter of the address'),
  'auth.env': { ...text('the name of an environment variable', 'the variable that holds the key'), pattern: /^(?:[A-Za-z_]\w*)?$/ },
  'auth.header': { ...text('the name of a header', 'the header that carries the key (default: Authorization)'), pattern: /^[\w-]*$/ },
  'auth.scheme': { ...text('a word', 'what comes before the key in that header, e.g. Bearer; none: nothing (default: Bearer)'), pattern: /^[\w-]*$/ },
  'connect.timeoutMs': connectTimeoutOption,
} as const satisfies OptionTable;

export type PcmOptions = OptionValues<typeof pcmOptions>;

const eventKinds: readonly AgentEvent['kind'][] = ['vad-start', 'vad-end', 'cancel', 'response-start', 'response-end', 'resume'];

/**
 * The preset's dialect with the options over it.
 * @throws BargeinError for an option that contradicts another or cannot be read
 */
export function dialectOf(agent: string, options: PcmOptions, all: AgentOptions): PcmDialect {
  const base: PcmDialect = pcmDialects[options.preset];
  const wrong = (name: string, what: string, hint: string) => new BargeinError(`agent '${agent}': option ${name} ${what}`, hint);
  const at = (name: 'clear' | 'ready', from: PcmDialect['clear']) => {
    const [path, value] = [options[`${name}.path`], options[`${name}.value`]];
    if (path === '' && value === '') return from;
    if (path === '') throw wrong(`${name}.value`, 'needs to be told where', `set ${name}.path as well, e.g. --agent-option ${name}.path=type`);
    return [{ path, value }];
  };
  const template = (name: 'audio.send' | 'prompt.send', place: string, from: string | null) => {
    const given = options[name];
    if (given === '') return from;
    if (!isTemplate(given, place)) throw wrong(name, `is not JSON with ${place} in a string`, `write e.g. --agent-option '${name}={"type":"x","data":"${place}"}'`);
    return given;
  };
  const events = Object.entries(openOptions(all, 'event')).map(([name, value]) => {
    const kind = eventKinds.find((known) => known === name);
    const parsed = parseRule(String(value));
    if (kind === undefined) throw wrong(`event.${name}`, 'is no event', `did you mean '${nearest(name, eventKinds) ?? 'vad-start'}'? the events: ${eventKinds.join(', ')}`);
    if (parsed === null) throw wrong(`event.${name}`, `is '${String(value)}'`, `write ${rule}: --agent-option event.${name}=type=x`);
    return { kind, rule: parsed };
  });
  return {
    ...base,
    clear: at('clear', base.clear),
    ready: at('ready', base.ready),
    events: [...base.events.filter(({ kind }) => events.every((event) => event.kind !== kind)), ...events],
    audioPath: options['audio.path'] || base.audioPath,
    audioSend: template('audio.send', '$AUDIO', base.audioSend),
    promptSend: template('prompt.send', '$PROMPT', base.promptSend),
    auth: options['auth.env'] === '' ? base.auth : { env: options['auth.env'], header: options['auth.header'] || 'Authorization', scheme: schemeOf(options), required: true },
  };
}

function schemeOf({ 'auth.scheme': scheme, 'auth.header': header }: PcmOptions): string {
  if (scheme !== '') return scheme === 'none' ? '' : scheme;
  return header === '' || header.toLowerCase() === 'authorization' ? 'Bearer' : '';
}

/**
 * The header with the key, from the environment.
 * @param address where it goes; null where that is not known yet
 * @throws BargeinError where the variable is empty, unless the key can be left out, and where the key would cross a network in the clear
 */
export function authHeaders(agent: string, { auth }: PcmDialect, env: Readonly<Record<string, string | undefined>>, address: URL | null): Record<string, string> {
  if (auth === null) return {};
  const key = keyFrom(auth.env, env, agent, address);
  if (key !== null) return { [auth.header]: auth.scheme === '' ? key : `${auth.scheme} ${key}` };
  if (!auth.required) return {};
  throw new BargeinError(`agent '${agent}' needs a key, and the environment variable ${auth.env} is empty`, `set ${auth.env}; another variable is named by --agent-option auth.env=NAME`);
}
