import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf } from '../errors.js';

/** Bytes of one request's body, as it comes and unpacked. */
export const largestBody = 64 * 2 ** 20;
/** Bytes of all bodies that are being read, as they come and unpacked. */
export const mostHeldBytes = 256 * 2 ** 20;

/** A request that is not taken, with the status that says so. */
export class RequestRefusal extends Error {
  constructor(
    readonly status: 400 | 404 | 405 | 413 | 415 | 503,
    message: string,
  ) {
    super(message);
  }
}

/** Reads bodies within the limits, which all that are being read share. */
export class BodyReader {
  #held = 0;

  /**
   * Gives the body, unpacked, to `use`.
   * @throws RequestRefusal for one that is too large or not packed as it says, Error for one that is broken off
   */
  async read<T>(request: IncomingMessage, use: (body: Buffer) => T): Promise<T> {
    const own = { bytes: 0 };
    try {
      const packing = packingOf(request);
      if (Number(request.headers['content-length']) > largestBody) throw tooLarge();
      const parts: Buffer[] = [];
      for await (const part of request as AsyncIterable<Buffer>) {
        this.#hold(own, part.length);
        if (own.bytes > largestBody) throw tooLarge();
        parts.push(part);
      }
      const body = Buffer.concat(parts);
      if (packing === 'none') return use(body);
      const unpacked = await unpack(body);
      this.#hold(own, unpacked.length);
      return use(unpacked);
    } finally {
      this.#held -= own.bytes;
    }
  }

  #hold(own: { bytes: number }, bytes: number): void {
    own.bytes += bytes;
    this.#held += bytes;
    if (this.#held > mostHeldBytes) throw new RequestRefusal(503, 'too much is being received at once');
  }
}

function packingOf({ headers }: IncomingMessage): 'none' | 'gzip' {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return 'none';
  if (encoding === 'gzip') return 'gzip';
  throw new RequestRefusal(415, `content-encoding ${encoding.slice(0, 40)}: gzip and identity are taken`);
}

async function unpack(body: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(body, { maxOutputLength: largestBody });
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new RequestRefusal(400, `not gzip: ${messageOf(thrown)}`);
  }
}

function tooLarge(): RequestRefusal {
  return new RequestRefusal(413, `a body of more than ${largestBody} bytes`);
}
