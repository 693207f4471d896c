// Recordings of calls whose truth is known to the sample, made of a corpus' own clips. Pure: the caller hands in the clips and the chance.

const rateHz = 16000;
const samples = (ms) => Math.round((ms * rateHz) / 1000);
/** Every clip of a corpus has this active level, dBFS. */
const clipLevelDbfs = -26;
const fullScale = 32768;

/** How the caller's clip and the agent meet, in shares. */
const kinds = [
  ['yield', 0.5],
  ['hold', 0.25],
  ['pause', 0.25],
];
/** The agent stops so long after the onset, ms; a natural pause lasts so long, and begins so long after the onset. */
export const yieldDelayMs = [30, 1200];
export const pauseMs = [300, 700];
const pauseAfterMs = [50, 1000];
/** From the later of stop and end of the caller's speech to the agent's reply, ms. */
const replyAfterMs = [1000, 2500];
const betweenTurnsMs = [2000, 3500];
/** The agent has spoken for so long when the caller comes in, and would have gone on for longer than any observation. */
const offsetMs = [1200, 4000];
const leftMs = 9000;
/** One turn in so many is left undisturbed. */
const undisturbedEvery = 4;

/**
 * One call: the clean audio of both sides, and what happens in it. Positions are samples.
 * @param clips { agents, interruptions, holds, noises }: arrays of clips with `pcm`, `onsetMs`, `endMs`
 * @param random uniform in [0, 1), seeded
 * @param turns how many turns of the agent
 */
export function makeCall({ clips, random, turns }) {
  const between = ([least, most]) => least + (most - least) * random();
  const pick = (items) => items[Math.floor(random() * items.length)];
  const agent = [];
  const caller = [];
  const events = [];
  let at = samples(between(betweenTurnsMs));
  for (let turn = 0; turn < turns; turn++) {
    const speech = turnOf(clips.agents, random, between, pick);
    if (turn % undisturbedEvery === 0) {
      agent.push({ at, samples: speech });
      at += speech.length + samples(between(betweenTurnsMs));
      continue;
    }
    const kind = draw(kinds, random);
    const user = kind === 'yield' ? pick(clips.interruptions) : pick(random() < 0.6 ? clips.holds : clips.interruptions);
    const userLength = samples(user.endMs - user.onsetMs);
    const offset = audibleSince(speech, samples(between(offsetMs)), speech.length - samples(leftMs) - userLength);
    if (offset === null) {
      agent.push({ at, samples: speech });
      at += speech.length + samples(between(betweenTurnsMs));
      continue;
    }
    const onset = at + offset;
    const userEnd = onset + userLength;
    caller.push({ at: onset - samples(user.onsetMs), samples: user.pcm.samples });
    const event = { kind, onset, userEnd, userClip: user.id, stop: null, stopDbRe: null, reply: null, pauseEnd: null };
    events.push(event);
    let end;
    if (kind === 'hold') {
      agent.push({ at, samples: speech });
      end = at + speech.length;
    } else {
      const cut = drawCut(speech, () => offset + samples(between(kind === 'yield' ? yieldDelayMs : pauseAfterMs)));
      event.stop = at + cut;
      event.stopDbRe = levelBefore(speech, cut) - clipLevelDbfs;
      agent.push({ at, samples: speech.subarray(0, cut) });
      if (kind === 'pause') {
        event.pauseEnd = event.stop + samples(between(pauseMs));
        agent.push({ at: event.pauseEnd, samples: speech.subarray(cut) });
        end = event.pauseEnd + speech.length - cut;
      } else {
        event.reply = Math.max(event.stop, userEnd) + samples(between(replyAfterMs));
        const reply = trimmed(pick(clips.agents));
        agent.push({ at: event.reply, samples: reply });
        end = event.reply + reply.length;
      }
    }
    at = Math.max(end, userEnd) + samples(between(betweenTurnsMs));
  }
  const length = at + samples(3000);
  const gains = { agent: between([-6, 6]), caller: between([-6, 6]) };
  return { rateHz, agent: mix(agent, length, gains.agent), caller: mix(caller, length, gains.caller), gains, events };
}

/** Adds steady noise to one side at an SNR re its active speech; null for none. Limited to 16 bits. */
export function addNoise(side, gainDb, noise, snrDb) {
  if (snrDb === null) return side;
  const wanted = fullScale * 10 ** ((clipLevelDbfs + gainDb - snrDb) / 20);
  const factor = wanted / Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
  return side.map((value, i) => Math.max(-fullScale, Math.min(fullScale - 1, Math.round(value + factor * noise[i % noise.length]))));
}

/** Two or three clips with natural pauses between them, and some more put between words. */
function turnOf(agents, random, between, pick) {
  const parts = [];
  const count = 3;
  for (let k = 0; k < count; k++) {
    const clip = trimmed(pick(agents));
    const from = audibleCut(clip, samples(between([1500, 4000])), clip.length);
    parts.push(clip.subarray(0, from), new Int16Array(samples(between(pauseMs))), clip.subarray(from));
    if (k + 1 < count) parts.push(new Int16Array(samples(between(pauseMs))));
  }
  return joined(parts);
}

function trimmed(clip) {
  return clip.pcm.samples.subarray(samples(clip.onsetMs), samples(clip.endMs));
}

function draw(shares, random) {
  let left = random();
  return shares.find(([, share]) => (left -= share) < 0)?.[0] ?? shares[0][0];
}

/**
 * The first sample at or after `from` up to which speech is audible and after which it would have gone on: the 5 ms before and after
 * are within 24 dB of the active level, and one of the last half millisecond within 30 dB. null where there is none before `to`.
 */
function audibleCut(speech, from, to) {
  for (let cut = from; cut < to; cut += 8) {
    if (levelBefore(speech, cut) < clipLevelDbfs - 24 || levelBefore(speech, cut + samples(5)) < clipLevelDbfs - 24) continue;
    const level = fullScale * 10 ** ((clipLevelDbfs - 30) / 20);
    if (speech.subarray(cut - samples(0.5), cut).some((value) => Math.abs(value) >= level)) return cut;
  }
  return null;
}

/** The first place at or after `from` before which speech has been audible for 100 ms, as an attempt needs it; null where there is none. */
function audibleSince(speech, from, to) {
  for (let at = from; at < to; at += samples(5)) {
    let quiet = 0;
    for (let back = 0; back < 100; back += 5) if (levelBefore(speech, at - samples(back)) < clipLevelDbfs - 24) quiet++;
    if (quiet <= 2) return at;
  }
  return null;
}

/** A random place where speech is audible: drawn again where it is not, so that cuts do not gather at the ends of pauses. */
function drawCut(speech, place) {
  for (;;) {
    const at = place();
    if (audibleCut(speech, at, at + 1) !== null) return at;
  }
}

/** Level of the 5 ms before a sample, dBFS. */
function levelBefore(speech, at) {
  let sum = 0;
  for (let i = at - samples(5); i < at; i++) sum += (speech[i] ?? 0) ** 2;
  return 10 * Math.log10(sum / samples(5) / fullScale ** 2);
}

function mix(parts, length, gainDb) {
  const out = new Int16Array(length);
  const factor = 10 ** (gainDb / 20);
  for (const { at, samples: part } of parts) {
    for (let i = 0; i < part.length; i++) {
      if (at + i >= 0 && at + i < length) out[at + i] = Math.max(-fullScale, Math.min(fullScale - 1, Math.round(out[at + i] + part[i] * factor)));
    }
  }
  return out;
}

function joined(parts) {
  const out = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
