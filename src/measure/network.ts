import type { Ms, Packet } from '../types.js';

/** The largest time between two packets, ms; null with fewer than two. */
export function largestGapMs(packets: readonly Packet[]): Ms | null {
  if (packets.length < 2) return null;
  return packets.slice(1).reduce((most, packet, i) => Math.max(most, packet.arrivedMs - packets[i].arrivedMs), 0);
}

/** Interarrival jitter after the last packet, ms (RFC 3550 section 6.4.1, J += (|D| - J) / 16); null with fewer than two. */
export function interarrivalJitterMs(packets: readonly Packet[], rateHz: number): Ms | null {
  if (packets.length < 2) return null;
  let jitter = 0;
  for (let i = 1; i < packets.length; i++) {
    const media = (packets[i - 1].length * 1000) / rateHz;
    const difference = packets[i].arrivedMs - packets[i - 1].arrivedMs - media;
    jitter += (Math.abs(difference) - jitter) / 16;
  }
  return jitter;
}
