import { describe, expect, it } from 'vitest';
import { PlayoutBuffer } from '../../src/audio/playout.js';
import { HeardMarks } from '../../src/replay/heard-marks.js';
import { VirtualClock } from '../../src/time/index.js';
import type { Ms } from '../../src/types.js';

const rateHz = 8000;
const samples = (ms: Ms) => new Int16Array((ms * rateHz) / 1000).fill(1000);

/** A client with a buffer of 40 ms and a device grid at whole tens, and what its marks said when. */
async function client(script: (at: (ms: Ms, run: () => void) => void, parts: { playout: PlayoutBuffer; marks: HeardMarks; push: (ms: Ms) => void; flush: () => void; mark: (name: string) => () => void; played: () => void }) => void) {
  const clock = new VirtualClock();
  const playout = new PlayoutBuffer(rateHz, { targetMs: 40, quantumMs: 10, phaseMs: 0 });
  const marks = new HeardMarks(playout, clock);
  const log: [string, Ms][] = [];
  const positions: number[] = [];
  script((ms, run) => clock.at(ms, run), {
    playout,
    marks,
    push: (ms) => playout.push(clock.now(), samples(ms)),
    flush: () => {
      playout.flush(clock.now());
      marks.flushed();
    },
    mark: (name) => marks.add(() => log.push([name, Math.round(clock.now() * 1000) / 1000])),
    played: () => positions.push(marks.playedTo() / 8),
  });
  await clock.drive(new Promise<void>((resolve) => clock.at(5000, resolve)));
  return { log, positions };
}

describe('marks', () => {
  it('come back when the audio before them has been heard, whatever follows it', async () => {
    const { log } = await client((at, { push, mark }) => {
      at(100, () => {
        push(100);
        mark('first');
        push(200);
        mark('second');
      });
      at(150, () => push(50));
    });
    // Playing starts at once, since 100 ms are more than the target.
    expect(log).toEqual([['first', 200], ['second', 400]]);
  });

  it('wait for a buffer that has not begun to play', async () => {
    const { log } = await client((at, { push, mark }) => at(100, () => {
      push(20);
      mark('short');
    }));
    // 20 ms do not fill the buffer: they are played from 140 on.
    expect(log).toEqual([['short', 160]]);
  });

  it('are due at once, in order, where a flush drops what they wait for', async () => {
    const { log } = await client((at, { push, mark, flush }) => {
      at(100, () => {
        push(1000);
        mark('a');
        mark('b');
      });
      at(503, flush);
    });
    expect(log).toEqual([['a', 503], ['b', 503]]);
  });

  it('come back at once where nothing waits, and never once they were taken back', async () => {
    const { log } = await client((at, { push, mark }) => {
      at(10, () => mark('nothing'));
      at(100, () => {
        push(100);
        const take = mark('taken back');
        mark('kept');
        take();
      });
    });
    expect(log).toEqual([['nothing', 10], ['kept', 200]]);
  });
});

describe('the playback position', () => {
  it('counts what was heard or dropped, in samples of all that was handed over', async () => {
    const { positions } = await client((at, { push, played, flush }) => {
      at(0, played);
      at(100, () => push(300));
      at(150, played);
      at(250, () => {
        flush();
        played();
        push(100);
        played();
      });
      at(300, played);
      at(900, played);
    });
    expect(positions).toEqual([0, 50, 300, 300, 350, 400]);
  });
});
