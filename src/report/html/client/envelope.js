/**
 * What the page is given: see attempts.ts. Times are ms from the user's onset, or from the beginning where there is none.
 *
 * @typedef {{ from: number, to: number, start: number, onset: 0 | 1, end: number | null, events: [string, number][], flushes: number[], caller: string, agent: string,
 *   depth: string, deepest: number, audible: number | null, audio: string | null, file: string | null }} Line
 * @typedef {{ id: string, kind: string, miss: 0 | 1, intent: string, persona: string, condition: string, user: string | null, agent: string, offset: number | null,
 *   stop: number | null, stopLo: number | null, wire: number | null, detect: number | null, cancel: number | null, reply: number | null, again: number | null,
 *   observed: number | null, depth: number | null, late: number | null, underruns: number | null, detector: string, why: string | null, line: Line | null }} Attempt
 * @typedef {{ withinMs: number[], kinds: Record<string, { name: string, letter: string, css: string }>, attempts: Attempt[] }} PageData
 */

/** Bytes of base64. @param {string} text @returns {Uint8Array} */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The range of levels that a byte of an envelope spans, dB. */
const envelopeDb = 72;

/**
 * Lowest and highest sample of each column, from -1 to 1: as they are, or as their level on a scale of 72 dB.
 * @param {string} text @param {boolean} asLevel @returns {[number, number][]}
 */
function envelopeOf(text, asLevel) {
  const bytes = bytesOf(text);
  const value = (/** @type {number} */ byte) => {
    const level = (byte - 128) / 127;
    return asLevel || level === 0 ? level : Math.sign(level) * 10 ** (((Math.abs(level) - 1) * envelopeDb) / 20);
  };
  return Array.from({ length: bytes.length / 2 }, (_, i) => [value(bytes[2 * i]), value(bytes[2 * i + 1])]);
}

/** The largest magnitude in envelopes; 1 where all are silent. @param {[number, number][][]} envelopes */
function peakOf(envelopes) {
  return envelopes.flat().reduce((peak, [low, high]) => Math.max(peak, -low, high), 0) || 1;
}

/** An element with properties and children. @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The same of SVG. @param {string} name @param {Record<string, string | number>} attributes @param {(Node | string)[]} children */
function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** `83.1 ms`, or a dash. @param {number | null} ms */
function msText(ms) {
  return ms === null ? '–' : `${ms.toFixed(1)} ms`;
}
