import type { NumberOption } from './option-table.js';
import { defaultConnectTimeoutMs } from './socket.js';

/** How long a connection, and what the protocol has to say before audio may flow, may take. */
export const connectTimeoutOption: NumberOption = { type: 'number', default: defaultConnectTimeoutMs, min: 100, max: 120_000, unit: 'ms', doc: 'how long it may take until the line is up' };
