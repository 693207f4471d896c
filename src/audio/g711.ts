// The package is CommonJS, its names are not seen by Node's module loader.
import alawmulaw from 'alawmulaw';

const { alaw, mulaw } = alawmulaw;

/** One mu-law byte a sample (ITU-T G.711). The package's per-sample functions leave bits above the eighth set: never use them. */
export function encodeMulaw(samples: Int16Array): Uint8Array {
  return mulaw.encode(samples);
}

/** One 16-bit sample a mu-law byte. */
export function decodeMulaw(bytes: Uint8Array): Int16Array {
  return mulaw.decode(bytes);
}

/** One A-law byte a sample. The same caution holds. */
export function encodeAlaw(samples: Int16Array): Uint8Array {
  return alaw.encode(samples);
}

/** One 16-bit sample an A-law byte. */
export function decodeAlaw(bytes: Uint8Array): Int16Array {
  return alaw.decode(bytes);
}

/** What is left of samples after a mu-law line: encoded and decoded. */
export function throughMulaw(samples: Int16Array): Int16Array {
  return decodeMulaw(encodeMulaw(samples));
}
