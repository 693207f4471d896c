import type { AgentEvent } from '../types.js';
import { jsonObject } from './json.js';
import { filled, holds, valueAt } from './json-rules.js';
import type { PcmDialect } from './pcm-dialects.js';
import { Refusal } from './refusal.js';
import { fromBase64, fromS16le, toS16le } from './samples.js';

/** What a message of an agent comes to, in order. */
export type PcmHappening =
  | { readonly what: 'audio'; readonly samples: Int16Array }
  | { readonly what: 'clear' }
  | { readonly what: 'event'; readonly kind: AgentEvent['kind'] }
  | { readonly what: 'welcome' | 'ready' }
  | { readonly what: 'answer'; readonly message: string };

const speakType = 'bargein.speak';
const longestReason = 300;

/** Reads what an agent sends over one connection. Messages that mean nothing here are passed over: they are the agent's own. */
export class PcmReader {
  readonly #dialect: PcmDialect;
  readonly #inputHz: number;
  readonly #outputHz: number;
  /** Number of the last interruption; audio up to it is stale. */
  #interrupted = -Infinity;
  /** Cut off by a clear, with no audio since: an end that comes now is not a natural one. */
  #cut = false;

  constructor(dialect: PcmDialect, inputHz: number, outputHz: number) {
    this.#dialect = dialect;
    this.#inputHz = inputHz;
    this.#outputHz = outputHz;
  }

  /** @throws Refusal for an odd number of bytes */
  binary(bytes: Uint8Array): PcmHappening[] {
    return this.#audio(fromS16le(bytes));
  }

  /** @throws Refusal for what is no JSON object, for audio that is none, and for an error or a format that the agent declares */
  text(text: string): PcmHappening[] {
    const message = jsonObject(text, 'a text message of the agent');
    const { error, formats, audioPath, clear, events, welcome, ready, ping } = this.#dialect;
    if (error && holds(error.rule, message)) throw new Refusal(`the agent reports an error: ${shown(valueAt(message, error.path))}`);
    if (formats && holds(formats.rule, message)) this.#checkFormats(valueAt(message, formats.input), valueAt(message, formats.output));
    const out: PcmHappening[] = [];
    if (holds(welcome, message)) out.push({ what: 'welcome' });
    if (holds(ready, message)) out.push({ what: 'ready' });
    if (ping && holds(ping.rule, message)) out.push({ what: 'answer', message: JSON.stringify({ type: 'pong', event_id: valueAt(message, ping.id) }) });
    for (const { kind, rule } of events) {
      if (holds(rule, message) && !(kind === 'response-end' && this.#cut)) out.push({ what: 'event', kind });
    }
    if (holds(clear, message)) out.push(this.#clear(message));
    const audio = audioPath === null ? undefined : valueAt(message, audioPath);
    if (audio !== undefined && !this.#isStale(message)) {
      if (typeof audio !== 'string') throw new Refusal(`${audioPath} is not a text`);
      out.push(...this.#audio(fromS16le(fromBase64(audio))));
    }
    return out;
  }

  #audio(samples: Int16Array): PcmHappening[] {
    if (samples.length === 0) return [];
    this.#cut = false;
    return [{ what: 'audio', samples }];
  }

  #clear(message: unknown): PcmHappening {
    const { stale } = this.#dialect;
    const number = stale ? Number(valueAt(message, stale.interruption) ?? NaN) : NaN;
    if (!Number.isNaN(number)) this.#interrupted = Math.max(this.#interrupted, number);
    this.#cut = true;
    return { what: 'clear' };
  }

  #isStale(message: unknown): boolean {
    const { stale } = this.#dialect;
    return stale !== null && Number(valueAt(message, stale.audio) ?? NaN) <= this.#interrupted;
  }

  #checkFormats(input: unknown, output: unknown): void {
    if (input !== `pcm_${this.#inputHz}`) throw new Refusal(`the agent takes ${shown(input)}, and input.rateHz is ${this.#inputHz}`);
    if (output !== `pcm_${this.#outputHz}`) throw new Refusal(`the agent sends ${shown(output)}, and output.rateHz is ${this.#outputHz}`);
  }
}

/** Foreign text on one line. */
function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;
}

/** Samples as the agent takes them. */
export function pcmAudio(dialect: PcmDialect, samples: Int16Array): string | Uint8Array {
  const bytes = toS16le(samples);
  return dialect.audioSend === null ? bytes : filled(dialect.audioSend, '$AUDIO', bytes.toString('base64'));
}

/** Not of any dialect: tells a served agent what to say. */
export function speakMessage(samples: Int16Array): string {
  return JSON.stringify({ type: speakType, audio: toS16le(samples).toString('base64') });
}

/** What a caller tells a served agent to say; null for any other message. @throws Refusal */
export function parseSpeak(text: string): Int16Array | null {
  const message = jsonObject(text, 'a text message of the caller');
  if (message.type !== speakType) return null;
  if (typeof message.audio !== 'string') throw new Refusal(`${speakType}: audio is not a text`);
  return fromS16le(fromBase64(message.audio));
}

/** What a served agent says besides audio, as the dialect without a preset has it. */
export function servedMessage(kind: 'clear' | AgentEvent['kind']): string {
  return JSON.stringify({ type: kind });
}
