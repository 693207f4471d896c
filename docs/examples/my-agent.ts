// An agent of your own in the harness' process: bargein run --agent ./docs/examples/my-agent.ts --agent-option threshold=800
// It says what it is given, a chunk at a time, and stops when the caller is louder than a threshold for some frames in a row.
import type { Agent, AgentOptions, AgentSession, AgentTurn, Cancel, SessionContext } from 'bargein';

const chunkMs = 20;

export default (options: AgentOptions): Agent => {
  const threshold = Number(options.threshold ?? 500);
  const frames = Number(options.frames ?? 3);
  return {
    name: 'my-agent',
    paced: 'realtime',
    inProcess: true, // All its waiting goes through context.clock: it may run in simulated time.
    line: null,
    turns: 'response',
    options: { threshold, frames },
    connect: async (context) => session(context, threshold, frames),
  };
};

function session(context: SessionContext, threshold: number, frames: number): AgentSession {
  const { clock, format } = context;
  const chunk = (format.rateHz * chunkMs) / 1000;
  let loud = 0;
  let cancel: Cancel = () => {};
  const say = (samples: Int16Array, from: number, dueMs: number) => {
    if (from >= samples.length) return context.event('response-end');
    context.audio(samples.subarray(from, from + chunk));
    cancel = clock.at(dueMs + chunkMs, () => say(samples, from + chunk, dueMs + chunkMs));
  };
  return {
    speak: async ({ response }: AgentTurn) => {
      if (!response) throw new Error('I have no words of my own');
      context.event('response-start');
      say(response.samples, 0, clock.now());
    },
    send: (frame) => {
      loud = frame.some((sample) => Math.abs(sample) > threshold) ? loud + 1 : 0;
      if (loud !== frames) return;
      context.event('vad-start');
      cancel();
    },
    close: async () => cancel(),
  };
}
