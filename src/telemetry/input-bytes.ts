import { createReadStream } from 'node:fs';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BargeinError } from '../errors.js';

const chunkBytes = 256 * 1024;
/** Where inputs are named: standard input. */
export const standardInput = '-';

const gzipMagic = [0x1f, 0x8b];
/** What packed bytes begin with, where the machine's own tools must unpack them. */
const packed: readonly { readonly magic: readonly number[]; readonly name: string; readonly unpack: string }[] = [
  { magic: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd', unpack: 'zstd -dc' },
  { magic: [0x42, 0x5a, 0x68], name: 'bzip2', unpack: 'bzip2 -dc' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], name: 'xz', unpack: 'xz -dc' },
];

/** Whether something thrown says that packed bytes are broken or end too soon. */
export function isUnpackFault(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && thrown.code.startsWith('Z_');
}

/**
 * The bytes of a file, or of standard input for `-`, in chunks; gzip is unpacked.
 * @throws BargeinError for packings that are not read; what the file system throws; zlib's errors (`isUnpackFault`)
 */
export async function* inputBytes(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const input: Readable = path === standardInput ? process.stdin : createReadStream(path, { highWaterMark: chunkBytes });
  if (signal) addAbortSignal(signal, input);
  try {
    const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await firstBytes(chunks);
    const known = packed.find(({ magic }) => begins(head, magic, 0) || (head[0] === 0 && begins(head, magic, 4)));
    if (known) throw new BargeinError(`${nameOf(path)} is packed with ${known.name}, which is not read`, `unpack it first: ${known.unpack} FILE | bargein trace -`);
    if (begins(head, gzipMagic, 0)) yield* unpacked(joined(head, chunks));
    else yield* joined(head, chunks);
  } finally {
    input.destroy();
  }
}

export function nameOf(path: string): string {
  return path === standardInput ? 'standard input' : path;
}

/** Enough to tell a packing by, or all there is. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let bytes = 0; bytes < 16; ) {
    const { value, done } = await chunks.next();
    if (done) break;
    parts.push(value);
    bytes += value.length;
  }
  return Buffer.concat(parts);
}

async function* joined(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

/** What is wrong with the bytes, or with reading them, is thrown to whoever takes them. */
async function* unpacked(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  pipeline(Readable.from(chunks), gunzip, () => {});
  yield* gunzip as AsyncIterable<Buffer>;
}

function begins(head: Buffer, magic: readonly number[], at: number): boolean {
  return magic.every((byte, i) => head[at + i] === byte);
}
