export type IdDigits = 32 | 16;

const patterns = {
  32: { hex: /^[0-9a-f]{32}$/, base64: /^[A-Za-z0-9+/]{22}(==)?$/, none: '0'.repeat(32) },
  16: { hex: /^[0-9a-f]{16}$/, base64: /^[A-Za-z0-9+/]{11}=?$/, none: '0'.repeat(16) },
} as const;

/** An id as OTLP/JSON writes it, in hex, or as protobuf's own JSON does, in base64; null for anything else and for zeros, which mean none. */
export function readId(value: unknown, digits: IdDigits): string | null {
  if (typeof value !== 'string') return null;
  const { hex, base64, none } = patterns[digits];
  let id = value;
  if (id.length !== digits) {
    if (!base64.test(id)) return null;
    id = Buffer.from(id, 'base64').toString('hex');
  } else if (!hex.test(id)) {
    id = id.toLowerCase();
    if (!hex.test(id)) return null;
  }
  return id === none ? null : id;
}

/** Whether a field says that there is no id. */
export function isNoId(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === patterns[16].none || value === 'AAAAAAAAAAA=';
}

const largestTime = 2n ** 64n - 1n;

/** Nanoseconds of a decimal text or a number; null for anything else and for 0, which OTLP takes for none. */
export function readTime(value: unknown): bigint | null {
  if (typeof value === 'string') {
    if (value.length > 20 || !/^\d+$/.test(value)) return null;
    const time = BigInt(value);
    return time > 0n && time <= largestTime ? time : null;
  }
  return typeof value === 'number' && value >= 1 && value < 2 ** 64 ? BigInt(Math.round(value)) : null;
}
