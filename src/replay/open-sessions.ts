import type { Agent, AgentSession } from '../types.js';

/** An agent that is reached in another way, with everything else as it was. */
export function withConnect(agent: Agent, connect: Agent['connect']): Agent {
  const { name, paced, inProcess, line, turns, options } = agent;
  return { name, paced, inProcess, line, turns, options, connect };
}

/** The sessions of some agents that are open or being opened, so that all can be hung up at once. */
export class OpenSessions {
  readonly #open = new Set<Promise<AgentSession>>();

  get count(): number {
    return this.#open.size;
  }

  /** The agent, with an eye on its sessions. */
  watch(agent: Agent): Agent {
    return withConnect(agent, async (context) => {
      const connecting = agent.connect(context);
      this.#open.add(connecting);
      try {
        const session = await connecting;
        return {
          speak: (turn) => session.speak(turn),
          send: (frame, mediaTimeMs) => session.send(frame, mediaTimeMs),
          close: () => {
            this.#open.delete(connecting);
            return session.close();
          },
        };
      } catch (thrown) {
        this.#open.delete(connecting);
        throw thrown;
      }
    });
  }

  /** Closes what is open, and what is being opened as soon as it is. Never throws. */
  async closeAll(): Promise<void> {
    const open = [...this.#open];
    this.#open.clear();
    await Promise.allSettled(open.map(async (connecting) => (await connecting).close()));
  }
}
