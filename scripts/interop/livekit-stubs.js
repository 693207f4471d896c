// The parts of a LiveKit agent that would be services elsewhere: they answer at once, always the same.
import { setTimeout } from 'node:timers/promises';
import { AudioFrame } from '@livekit/rtc-node';
import { DEFAULT_API_CONNECT_OPTIONS, llm, stt, tts } from '@livekit/agents';
import { speechAt } from './speech.js';

const rateHz = 24_000;
const frameMs = 100;
const frameSamples = (rateHz * frameMs) / 1000;
/** How many times faster than speech the synthesiser is. */
const speed = 5;

/** Hears nothing but that something was said. It does not stream: the framework cuts the turns with its voice activity detector. */
export class StubStt extends stt.STT {
  label = 'interop.Stt';

  constructor() {
    super({ streaming: false, interimResults: false });
  }

  async _recognize() {
    return { type: stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives: [{ language: 'en', text: 'one moment please', startTime: 0, endTime: 0, confidence: 1 }] };
  }

  stream() {
    throw new Error('this recogniser does not stream');
  }
}

class StubReply extends llm.LLMStream {
  async run() {
    this.queue.put({ id: 'interop', delta: { role: 'assistant', content: 'Of course.' } });
  }
}

/** Always has one sentence to say. */
export class StubLlm extends llm.LLM {
  label() {
    return 'interop.Llm';
  }

  chat({ chatCtx, toolCtx, connOptions = DEFAULT_API_CONNECT_OPTIONS }) {
    return new StubReply(this, { chatCtx, toolCtx, connOptions });
  }
}

class StubSpeech extends tts.ChunkedStream {
  label = 'interop.Speech';
  #samples;

  constructor(text, parent, samples, connOptions, abortSignal) {
    super(text, parent, connOptions, abortSignal);
    this.#samples = samples;
  }

  async run() {
    for (let at = 0; at < this.#samples.length && !this.abortSignal.aborted; at += frameSamples) {
      await setTimeout(frameMs / speed);
      const data = this.#samples.slice(at, at + frameSamples);
      this.queue.put({ requestId: 'interop', segmentId: 'interop', frame: new AudioFrame(data, rateHz, 1, data.length), final: at + frameSamples >= this.#samples.length });
    }
    this.queue.close();
  }
}

/** Says the corpus speech whatever the sentence is, faster than it is spoken, as services do. */
export class StubTts extends tts.TTS {
  label = 'interop.Tts';
  #samples = speechAt(rateHz);

  constructor() {
    super(rateHz, 1, { streaming: false });
  }

  synthesize(text, connOptions, abortSignal) {
    return new StubSpeech(text, this, this.#samples, connOptions, abortSignal);
  }

  stream() {
    throw new Error('this synthesiser does not stream');
  }
}
