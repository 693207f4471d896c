// The package is CommonJS, its names are not seen by Node's module loader.
import alawmulaw from 'alawmulaw';

const { mulaw } = alawmulaw;

/** One mu-law byte a sample (ITU-T G.711). The package's per-sample function leaves bits above the eighth set: never use it. */
export function encodeMulaw(samples: Int16Array): Uint8Array {
  return mulaw.encode(samples);
}

/** One 16-bit sample a mu-law byte. */
export function decodeMulaw(bytes: Uint8Array): Int16Array {
  return mulaw.decode(bytes);
}

/** What is left of samples after a mu-law line: encoded and decoded. */
export function throughMulaw(samples: Int16Array): Int16Array {
  return decodeMulaw(encodeMulaw(samples));
}
