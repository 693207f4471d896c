import { open } from 'node:fs/promises';
import type { Ms } from '../types.js';

/** An Ogg page is never longer than this (RFC 3533, section 6). */
const longestPageBytes = 65_307;

/** How long a FLAC or Ogg file lasts by its own account, without decoding it, ms; null where it does not say. */
export async function compressedLengthMs(path: string): Promise<Ms | null> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(Math.min(512, size));
    await file.read(start, 0, start.length, 0);
    if (start.toString('latin1', 0, 4) === 'fLaC') return flacLengthMs(start);
    const end = Buffer.alloc(Math.min(longestPageBytes, size));
    await file.read(end, 0, end.length, size - end.length);
    return oggLengthMs(start, end);
  } finally {
    await file.close();
  }
}

/** STREAMINFO: the rate in 20 bits at byte 18, the number of samples in the last 36 bits before byte 26; 0 for unknown (RFC 9639, section 8.2). */
function flacLengthMs(start: Buffer): Ms | null {
  if (start.length < 26) return null;
  const rateHz = start.readUIntBE(18, 3) >> 4;
  const samples = (start[21] & 0x0f) * 2 ** 32 + start.readUInt32BE(22);
  return rateHz === 0 || samples === 0 ? null : (samples * 1000) / rateHz;
}

/** The granule position of the last page counts samples. null for Opus, which is refused anyway. */
function oggLengthMs(start: Buffer, end: Buffer): Ms | null {
  const page = end.lastIndexOf('OggS');
  const vorbis = start.indexOf('\u0001vorbis', 0, 'latin1');
  const rateHz = vorbis >= 0 && vorbis + 16 <= start.length ? start.readUInt32LE(vorbis + 12) : 0;
  if (page < 0 || page + 14 > end.length || rateHz === 0) return null;
  return (Number(end.readBigInt64LE(page + 6)) * 1000) / rateHz;
}
