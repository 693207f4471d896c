import { messageOf } from '../errors.js';
import type { Ms } from '../types.js';

/** What the operating system, DNS and TLS say of a connection, in words. */
const faults: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the far side cut the connection off',
  EPIPE: 'the far side cut the connection off',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EADDRNOTAVAIL: 'no local port is free',
  EMFILE: 'too many open files',
  EPROTO: 'it does not speak TLS; is it ws:// instead of wss://?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; is it ws:// instead of wss://?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; NODE_EXTRA_CA_CERTS names a file with more authorities',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an unknown authority; NODE_EXTRA_CA_CERTS names a file with more authorities',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an unknown authority; NODE_EXTRA_CA_CERTS names a file with more authorities',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an unknown authority; NODE_EXTRA_CA_CERTS names a file with more authorities',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

const tooLarge = new Set(['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', 'WS_ERR_TOO_MANY_BUFFERED_PARTS']);

/** Codes of a close frame (RFC 6455 section 7.4.1), in words. */
const closeCodes: Readonly<Record<number, string>> = {
  1000: 'normal',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'does not take this kind of data',
  1007: 'malformed data',
  1008: 'against its policy',
  1009: 'message too large',
  1011: 'an error of its own',
  1012: 'restarting',
  1013: 'try again later',
};
const noCode = 1005;
const noCloseFrame = 1006;
const longestReason = 200;

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

/** Why no connection came about. `address` must be fit to be shown. */
export function unreachableReason(address: string, thrown: unknown, limitMs: Ms): string {
  const message = messageOf(thrown);
  if (message.includes('handshake has timed out')) return `${address}: no answer to the WebSocket handshake within ${limitMs} ms`;
  if (message === 'socket hang up') return `${address}: the far side hung up during the handshake`;
  return `${address}: ${faults[codeOf(thrown)] ?? firstLine(message)}`;
}

/** Why a server answered with something else than a WebSocket. */
export function refusalReason(address: string, status: number, text: string, location: string | null): string {
  const redirect = location === null ? '' : `, which points to ${firstLine(location)}`;
  const hint = status === 401 || status === 403 ? ' (is the key there and right?)' : status === 404 ? ' (is the path right?)' : '';
  return `${address}: answered ${status}${text && ` ${firstLine(text)}`} instead of opening a WebSocket${redirect}${hint}`;
}

/** Why an open connection broke. */
export function brokenReason(thrown: unknown, limitMb: number): string {
  const code = codeOf(thrown);
  if (tooLarge.has(code)) return `the agent sent a message of more than ${limitMb} MB`;
  if (code.startsWith('WS_ERR')) return `the agent broke the WebSocket protocol: ${firstLine(messageOf(thrown))}`;
  return `the connection to the agent was lost: ${faults[code] ?? firstLine(messageOf(thrown))}`;
}

/** What a connection that ended says of it. */
export function closeReason(code: number, reason: string): string {
  if (code === noCloseFrame) return 'the connection to the agent was lost: it ended without a goodbye';
  const meaning = closeCodes[code] ? ` ${closeCodes[code]}` : '';
  const said = firstLine(reason) && `: ${firstLine(reason)}`;
  return code === noCode ? 'the agent closed the connection' : `the agent closed the connection (${code}${meaning})${said}`;
}

/** Foreign text on one line, without control characters, not too long. */
function firstLine(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.length > longestReason ? `${line.slice(0, longestReason)}…` : line;
}
