import type { Ms, Packet } from '../types.js';

/** An agent may begin with a burst; then its pace is looked at for this long at least, ms. */
const settleMs = 500;
const pacedMs = 1000;
/** Packets that come evenly may be this far from where they should be, beside one packet, ms; a share of them further, after a stall. */
const unevenMs = 40;
const stalledShare = 0.1;

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

/**
 * Audio per time, to 1e-3: 1 for an agent that sends in real time.
 * @param untilMs packets that came later are not looked at
 * @returns null where packets did not come evenly, or for less than a second
 */
export function arrivalPace(packets: readonly Packet[], rateHz: number, untilMs: Ms): number | null {
  const paced = packets.filter(({ arrivedMs }) => arrivedMs >= packets[0].arrivedMs + settleMs && arrivedMs <= untilMs);
  if (paced.length < 2) return null;
  const first = paced[0].arrivedMs;
  const spanMs = paced[paced.length - 1].arrivedMs - first;
  if (spanMs < pacedMs) return null;
  const lengths = paced.map(({ length }) => (length * 1000) / rateHz);
  const pace = lengths.slice(0, -1).reduce((sum, ms) => sum + ms, 0) / spanMs;
  let sentMs = 0;
  const uneven = paced.filter(({ arrivedMs }, i) => {
    const offMs = Math.abs(sentMs - pace * (arrivedMs - first));
    sentMs += lengths[i];
    return offMs > unevenMs + lengths[i];
  });
  return uneven.length > stalledShare * paced.length ? null : Math.round(pace * 1000) / 1000;
}
