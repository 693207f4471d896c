/** What spans and attributes are called: an interface, described in docs/tracing.md. */
export const spanNames = { turn: 'voice.turn', bargeIn: 'audio.barge_in', client: 'audio.client' } as const;

/** Moments of a barge-in, in the order they usually come. */
export const eventNames = { vad: 'vad.speech_started', cancel: 'cancel', flush: 'flush', silent: 'agent.silent' } as const;

/** Before the name of a column of attempts.csv, as an attribute of a span, and before what is said of the run, of the resource. */
export const ownPrefix = 'bargein.';

/** `audio.first_byte_ms` where a stage produced nothing. */
export const nothingProduced = -1;
