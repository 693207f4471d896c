import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { BargeinError, messageOf } from '../errors.js';
import { findRiffAudio } from './riff.js';
import type { RiffAudio } from './riff.js';
import { decodeWav } from './wav.js';

/** A chunk of a RIFF file that describes the audio is never longer than this. */
const longestFormatBytes = 4096;

/** A WAV file of any length that stays on disk: parts of it are read and decoded when they are asked for. */
export class WavStream {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    /** A whole WAV file but for its samples: what comes before them, with a data chunk of one frame. */
    private readonly head: Uint8Array,
    private readonly dataAt: number,
    readonly rateHz: number,
    readonly channelCount: number,
    readonly bitDepth: number,
    /** Samples of each channel. */
    readonly length: number,
  ) {}

  /** @throws BargeinError for a file that cannot be read, or is no whole WAV file that `decodeWav` reads */
  static async open(path: string): Promise<WavStream> {
    const file = await openFile(path);
    try {
      const { head, format, dataAt, dataBytes } = await readHead(file, path);
      const blockBytes = (format.channelCount * format.bitDepth) / 8;
      return new WavStream(path, file, head, dataAt, format.rateHz, format.channelCount, format.bitDepth, dataBytes / blockBytes);
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  /**
   * Samples `[from, to)` of every channel, 16 bits; the part beyond the file's ends is left out.
   * @throws BargeinError where the file cannot be read, and for samples that are not numbers
   */
  async read(from: number, to: number): Promise<Int16Array[]> {
    const [first, last] = [Math.max(0, from), Math.min(this.length, to)];
    if (last <= first) return Array.from({ length: this.channelCount }, () => new Int16Array(0));
    const blockBytes = (this.channelCount * this.bitDepth) / 8;
    const headBytes = this.head.length - blockBytes;
    const bytes = new Uint8Array(headBytes + (last - first) * blockBytes);
    bytes.set(this.head.subarray(0, headBytes));
    new DataView(bytes.buffer).setUint32(headBytes - 4, bytes.length - headBytes, true);
    await readAt(this.file, bytes.subarray(headBytes), this.dataAt + first * blockBytes, this.path);
    return decodeWav(bytes, first === 0 ? this.path : `${this.path} from ${(first / this.rateHz).toFixed(3)} s on`).channels;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** The chunks up to the samples: the format, checked by the reader of whole files on a stand-in that holds one frame of audio. */
async function readHead(file: FileHandle, path: string): Promise<{ head: Uint8Array; format: RiffAudio; dataAt: number; dataBytes: number }> {
  const { size: fileBytes } = await file.stat();
  const start = new Uint8Array(Math.min(12, fileBytes));
  await readAt(file, start, 0, path);
  let format: Uint8Array | null = null;
  // Files that are no RIFF at all are refused by the check of the stand-in.
  const isRiff = start.length === 12 && String.fromCharCode(...start.subarray(0, 4)) === 'RIFF';
  for (let at = 12; isRiff && at + 8 <= fileBytes; ) {
    const header = new Uint8Array(8);
    await readAt(file, header, at, path);
    const [id, size, body] = [String.fromCharCode(...header.subarray(0, 4)), new DataView(header.buffer).getUint32(4, true), at + 8];
    if (id === 'fmt ') {
      format = new Uint8Array(8 + Math.min(size, longestFormatBytes, fileBytes - body));
      await readAt(file, format, at, path);
      new DataView(format.buffer).setUint32(4, format.length - 8, true);
    }
    if (id === 'data') {
      const held = Math.min(size, fileBytes - body);
      if (format && held < size) throw new BargeinError(`${path} is truncated: it holds ${held} of ${size} bytes of audio`, mendTruncated(path));
      const blockBytes = format && format.length >= 24 ? Math.max(1, new DataView(format.buffer).getUint16(20, true)) : 1;
      // A frame and the bytes that are left over: what does not divide shows in the stand-in as well.
      const head = standIn(start, format, size === 0 ? 0 : blockBytes + (size % blockBytes));
      return { head: standIn(start, format, blockBytes), format: findRiffAudio(head, path), dataAt: body, dataBytes: size };
    }
    at = body + size + (size % 2);
  }
  findRiffAudio(format ? joined(start, format) : start, path);
  throw new BargeinError(`${path} has no data chunk`, 'record, export or copy the file again');
}

/** A recorder that was killed leaves its header as it was at the start. */
function mendTruncated(path: string): string {
  return `record, export or copy the file again; if its recorder was killed: \`ffmpeg -ignore_length 1 -i ${path} -c copy out.wav\``;
}

function standIn(start: Uint8Array, format: Uint8Array | null, dataBytes: number): Uint8Array {
  const data = new Uint8Array(8 + dataBytes);
  data.set(new TextEncoder().encode('data'));
  new DataView(data.buffer).setUint32(4, dataBytes, true);
  return joined(start, format ?? new Uint8Array(), new Uint8Array((format?.length ?? 0) % 2), data);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
  return out;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BargeinError(missing ? `${path} does not exist` : `${path} cannot be read: ${messageOf(thrown)}`, missing ? 'check the path' : 'check its permissions');
  }
  throw new BargeinError(`${path} is not a file`, 'name a recording');
}

async function readAt(file: FileHandle, into: Uint8Array, at: number, path: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, at + done);
    if (bytesRead === 0) throw new BargeinError(`${path} ends before its header says so`, 'record, export or copy the file again');
    done += bytesRead;
  }
}
