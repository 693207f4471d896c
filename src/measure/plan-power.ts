import { mean } from 'simple-statistics';
import type { AttemptResult, Ms } from '../types.js';
import { clusterByClip } from './clusters.js';
import type { ClipPair } from './clusters.js';
import { designEffect, fewestClips, pairedDesignEffect } from './design-effect.js';
import { isValidPair, pairResults } from './pairing.js';
import { attemptsNeeded, pairsNeeded, smallestPairedDifference, smallestUnpairedDifference } from './power.js';
import { clustersOf } from './rates.js';
import { validInterruptions, yieldLatencyMs } from './selections.js';

/** What is to be shown, and what is taken for granted. */
export interface PowerQuestion {
  /** The rate that a change is looked for from, and how large a change. */
  readonly rate: number;
  readonly detect: number;
  readonly power: number;
  /** Two-sided, of one line alone. */
  readonly level: number;
  /** Share of the pairs that change. */
  readonly discordance: number;
  /** How many times clips make the variance of a paired difference, and of a rate, larger. */
  readonly pairedDesign: number;
  readonly unpairedDesign: number;
}

export interface Needed {
  /** Attempts in each run: for one figure alone, and among the lines of a comparison after Holm's correction, whatever the others say. */
  readonly paired: number;
  readonly pairedAmongLines: number;
  readonly unpaired: number;
}

/** The direction that a rate can change in: down, where there is room. */
export function directionOf({ rate, detect }: Pick<PowerQuestion, 'rate' | 'detect'>): 1 | -1 {
  return rate - detect > 0 ? -1 : 1;
}

/** Valid interruptions that each run needs. */
export function attemptsFor(question: PowerQuestion, lines: number): Needed {
  const { rate, detect, power, level, discordance, pairedDesign, unpairedDesign } = question;
  return {
    paired: Math.ceil(pairsNeeded(detect, discordance, level, power) * pairedDesign),
    pairedAmongLines: Math.ceil(pairsNeeded(detect, discordance, level / lines, power) * pairedDesign),
    unpaired: Math.ceil(attemptsNeeded(rate, rate + directionOf(question) * detect, level, power) * unpairedDesign),
  };
}

/** What a number of attempts on these clips can show. */
export interface Reach {
  readonly attempts: number;
  readonly userClips: number;
  readonly agentClips: number;
  /** The smallest change of a rate that shows, paired: one figure alone, and among `lines` after Holm's correction. */
  readonly paired: number | null;
  readonly pairedAmongLines: number | null;
  readonly unpaired: number | null;
}

export function reachOf(clips: readonly ClipPair[], lines: number, question: PowerQuestion): Reach {
  const clusters = clusterByClip(clips);
  const { rate, power, level, discordance, pairedDesign, unpairedDesign } = question;
  const df = clusters.distinct ? Infinity : fewestClips(clusters) - 1;
  const n = clips.length;
  const paired = (at: number) => smallestPairedDifference({ n: n / pairedDesign, discordance, level: at, power, df });
  return {
    attempts: n,
    userClips: clusters.userClips,
    agentClips: clusters.agentClips,
    paired: paired(level),
    pairedAmongLines: paired(level / lines),
    unpaired: smallestUnpairedDifference({ n: n / unpairedDesign, rate, towards: directionOf(question), power, level, df }),
  };
}

/** The design effect of a run's interrupt rate; null without variance. */
export function designOfRate(results: readonly AttemptResult[], limitMs: Ms): { rate: number; design: number | null } | null {
  const interruptions = validInterruptions(results);
  if (interruptions.length === 0) return null;
  const hits = interruptions.map((result) => Number(yieldLatencyMs(result) <= limitMs));
  return { rate: mean(hits), design: designEffect(hits, clustersOf(interruptions)) };
}

/** Share of pairs that change between two runs, and the design effect of their differences; null without a pair. */
export function designOfPairs(base: readonly AttemptResult[], head: readonly AttemptResult[], limitMs: Ms): { discordance: number; design: number | null } | null {
  const pairs = pairResults(base, head).pairs.filter((pair) => isValidPair(pair) && pair.base.attempt.intent === 'interruption');
  if (pairs.length === 0) return null;
  const differences = pairs.map((pair) => Number(yieldLatencyMs(pair.head) <= limitMs) - Number(yieldLatencyMs(pair.base) <= limitMs));
  const changed = differences.filter((difference) => difference !== 0).length;
  return { discordance: changed / pairs.length, design: pairedDesignEffect(differences, clustersOf(pairs.map((pair) => pair.base))) };
}
