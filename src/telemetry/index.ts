export type { Attributes, AttributeValue, Span, SpanEvent, SpanKind } from './span.js';
export { readSpans } from './read.js';
export type { ReadOptions } from './read.js';
export { listenForSpans } from './receiver.js';
export type { ReceiverOptions, SpanReceiver } from './receiver.js';
export { describeFault } from './tally.js';
export type { Fault, FaultKind, ReadTally } from './tally.js';
