import { PlayoutBuffer } from '../audio/playout.js';
import type { Packet, Pcm, Recording } from '../types.js';

/**
 * Plays a recording out again: the same packets and flushes, in the same order, through the same model.
 * @param response the response that packets with `from` are spans of; may be null where there are none
 */
export function playRecording(recording: Recording, response: Pcm | null): PlayoutBuffer {
  const playout = new PlayoutBuffer(recording.format.rateHz, recording.playout);
  const ends = recording.events.filter(({ kind }) => kind === 'response-end' || kind === 'cancel').map(({ atMs }) => atMs);
  let flushed = 0;
  for (const [i, packet] of recording.packets.entries()) {
    while (recording.flushes[flushed]?.afterPackets === i) playout.flush(recording.flushes[flushed++].atMs);
    while (ends.length > 0 && ends[0] < packet.arrivedMs) {
      playout.endOfResponse();
      ends.shift();
    }
    playout.push(packet.arrivedMs, samplesOfPacket(packet, response));
  }
  for (const { atMs } of recording.flushes.slice(flushed)) playout.flush(atMs);
  playout.settle(recording.endMs);
  return playout;
}

/** All that the agent sent, without the gaps between packets. @throws Error as `samplesOfPacket` */
export function sentSamples({ packets }: Recording, response: Pcm | null): Int16Array {
  const samples = new Int16Array(packets.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const packet of packets) {
    samples.set(samplesOfPacket(packet, response), at);
    at += packet.length;
  }
  return samples;
}

/** The samples of a packet. @throws Error where it is a span of a response that is not at hand */
export function samplesOfPacket(packet: Packet, response: Pcm | null): Int16Array {
  if (packet.data !== null) {
    const bytes = Buffer.from(packet.data, 'base64');
    return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }
  if (packet.from === null || response === null) throw new Error('the recording refers to a response that is not in the corpus');
  return response.samples.subarray(packet.from, packet.from + packet.length);
}
