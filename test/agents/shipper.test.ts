import { describe, expect, it } from 'vitest';
import { Shipper } from '../../src/agents/shipper.js';
import { VirtualClock } from '../../src/time/index.js';
import type { Ms, SessionContext } from '../../src/types.js';
import { wideband } from './call.js';

const samples = Int16Array.from({ length: 16_000 * 2 + 7 }, (_, i) => (i % 1000) + 1);

/** What is sent when, in ms and samples, with `during` run at a time. */
async function ship(shipping: { chunkMs: Ms; queueMs: Ms }, first = 0, atMs = 0, during: (shipper: Shipper) => void = () => {}) {
  const clock = new VirtualClock();
  const sent: { atMs: Ms; samples: Int16Array }[] = [];
  const ends: Ms[] = [];
  const context = { clock, format: wideband, audio: (chunk: Int16Array) => sent.push({ atMs: clock.now(), samples: chunk }) } as unknown as SessionContext;
  const shipper = new Shipper(context, shipping);
  await clock.drive(
    new Promise<void>((resolve) => {
      clock.at(100, () => shipper.start(samples, first, { started: () => expect(sent).toEqual([]), ended: () => ends.push(clock.now()) }));
      clock.at(100 + atMs, () => during(shipper));
      clock.at(10_000, resolve);
    }),
  );
  return { sent, ends, shipper };
}

describe('a shipper', () => {
  it.each([
    [30, 400],
    [200, 400],
    [20, 0],
    [22.5, 100],
    [30, 60_000],
  ])('sends chunk k of %f ms at start + max(0, k * chunk - %i ms)', async (chunkMs, queueMs) => {
    const { sent, ends } = await ship({ chunkMs, queueMs });
    expect(sent).toHaveLength(Math.ceil(samples.length / (16 * chunkMs)));
    let next = 0;
    sent.forEach((packet, k) => {
      expect(packet.atMs).toBeCloseTo(100 + Math.max(0, k * chunkMs - queueMs), 6);
      expect(packet.samples.buffer).toBe(samples.buffer);
      expect(packet.samples.byteOffset / 2).toBe(next);
      next += packet.samples.length;
      if (k < sent.length - 1) expect(next).toBe(Math.round((k + 1) * chunkMs * 16));
    });
    expect(next).toBe(samples.length);
    expect(ends).toEqual([sent[sent.length - 1].atMs]);
  });

  it('starts anywhere', async () => {
    const { sent } = await ship({ chunkMs: 100, queueMs: 0 }, 12_345);
    expect(sent[0].samples.byteOffset / 2).toBe(12_345);
    expect(sent.reduce((sum, chunk) => sum + chunk.samples.length, 0)).toBe(samples.length - 12_345);
  });

  it('keeps back what was not sent when it is stopped, and believes that what is in the queue was not heard', async () => {
    const beliefs: number[] = [];
    const { sent, ends, shipper } = await ship({ chunkMs: 100, queueMs: 300 }, 0, 450, (shipping) => {
      beliefs.push(shipping.heardTo());
      shipping.stop();
    });
    expect(sent).toHaveLength(8);
    expect(shipper.shippedTo).toBe(8 * 1600);
    expect(beliefs).toEqual([450 * 16]);
    expect(ends).toEqual([]);
  });

  it('goes on with other samples when it is diverted', async () => {
    const other = new Int16Array(9600).fill(-1);
    const { sent, ends } = await ship({ chunkMs: 100, queueMs: 0 }, 0, 250, (shipping) => shipping.divert(other));
    expect(sent.map((chunk) => chunk.samples.buffer === other.buffer)).toEqual([false, false, false, true, true, true]);
    expect(sent[3].samples.byteOffset / 2).toBe(4800);
    expect(ends).toEqual([600]);
  });
});
