import type { Corpus } from '../corpus/load.js';
import type { Attempt, Ms } from '../types.js';
import { defaultReplayOptions } from './attempt.js';

/** From the request to an agent's first audible sample, about, ms. */
const firstWordMs = 200;

/** About how long the agent of an attempt is listened to from the request on, ms: until the usual end, however it behaves. */
export async function listeningMs(attempt: Attempt, corpus: Corpus): Promise<Ms> {
  const clip = attempt.userClip === null ? null : await corpus.clip(attempt.userClip);
  return firstWordMs + attempt.offsetMs + (clip ? clip.endMs - clip.onsetMs : 0) + defaultReplayOptions.windowMs;
}

/** About how long the call of an attempt is, ms, without a question asked by audio. */
export async function callMs(attempt: Attempt, corpus: Corpus): Promise<Ms> {
  const { leadInMs, bedLeadInMs } = defaultReplayOptions;
  return (attempt.bed ? bedLeadInMs : leadInMs) + (await listeningMs(attempt, corpus));
}

/** How many items a lane have their order changed at the end. */
const closingPerLane = 3;

/**
 * The same with the last ones ordered by length, longest first, so that lanes end at about the same time: a long call that began last would be
 * waited for alone. Equal lengths, such as variants of one attempt, stay in order.
 */
export async function closingLongestFirst<Item>(items: readonly Item[], lanes: number, lengthOf: (item: Item) => Promise<number>): Promise<Item[]> {
  if (lanes < 2) return [...items];
  const from = Math.max(0, items.length - closingPerLane * lanes);
  const last = await Promise.all(items.slice(from).map(async (item) => ({ item, length: await lengthOf(item) })));
  return [...items.slice(0, from), ...last.sort((a, b) => b.length - a.length).map(({ item }) => item)];
}
