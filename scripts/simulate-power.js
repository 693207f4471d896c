// What `bargein compare` can show, by simulation: the tables of docs/statistics.md. Seeded; some minutes.
// Usage: node scripts/build.js && node scripts/simulate-power.js [--simulations 200] [--seed 1]
//
// The model. Latency of attempt i in run r, ms: 150 + user + agent + own + chance, normal, 100 ms of standard deviation in all;
// user, agent and own are the same in both runs (variance shares 0.3, 0.2 and what is left), chance is drawn anew in each (another
// seed). The size of chance is set so that the wanted share of pairs changes side at the limit of 250 ms. 2 % are misses,
// and holds fail with 10 %, half by a trait of the attempt, half by chance. The head is slower by `shift` ms, by
// shift * (1 + h * (user' + agent')) where the change depends on the clips. 20 ms are about 5 points of rate at 250 ms.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { compareLines } from '../dist/measure/comparison-lines.js';
import { defaultMargins } from '../dist/measure/compare.js';
import { normalFrom, randomFrom, seedOf } from '../dist/time/index.js';

const { values } = parseArgs({ options: { simulations: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } } });
const simulations = Number(values.simulations);
const seed = Number(values.seed);

const withinMs = [60, 100, 250];
const [centreMs, sdMs] = [150, 100];
const shares = { user: 0.3, agent: 0.2 };
const [missPoint, holdPoint] = [2.053749, 1.281552];

/** Attempts of a committed draw: the first 500 interruptions, and all holds. */
function drawn(profile, most = 500) {
  const rows = parse(readFileSync(new URL(`../corpus/draws/${profile}.csv`, import.meta.url)), { columns: true });
  const attempts = rows.map((row) => ({ id: row.attempt_id, intent: row.intent, userClip: row.user_clip || null, agentClip: row.agent_clip }));
  return [...attempts.filter(({ intent }) => intent === 'interruption').slice(0, most), ...attempts.filter(({ intent }) => intent === 'backchannel' || intent === 'noise')];
}

/** The same attempts from fewer clips, or from as many as there are attempts. */
const folded = (attempts, userClips, agentClips) => {
  const fold = (key, most) => {
    const names = [...new Set(attempts.map((attempt) => attempt[key]))];
    return (attempt) => `${key}-${names.indexOf(attempt[key]) % most}`;
  };
  const [user, agent] = [fold('userClip', userClips), fold('agentClip', agentClips)];
  return attempts.map((attempt) => (attempt.intent === 'interruption' ? { ...attempt, userClip: user(attempt), agentClip: agent(attempt) } : attempt));
};
const distinct = (attempts) => attempts.map((attempt, i) => ({ ...attempt, userClip: `user-${i}`, agentClip: `agent-${i}` }));

const full = drawn('full');
const designs = [
  ['no clip used twice', distinct(full)],
  ['full draw', full],
  ['half the user clips', folded(full, 26, 26)],
  ['half of both', folded(full, 26, 13)],
  ['standard draw', drawn('standard')],
];

/** Two runs of the attempts, as pairs of verdicts. */
function simulate(attempts, { chanceSd, shiftMs, byClip }, random) {
  const effects = () => {
    const known = new Map();
    return (clip) => known.get(clip) ?? known.set(clip, normalFrom(random)).get(clip);
  };
  const [user, agent, userShift, agentShift] = [effects(), effects(), effects(), effects()];
  const ownSd = Math.sqrt(Math.max(0, 1 - shares.user - shares.agent - chanceSd ** 2));
  const half = Math.SQRT1_2;
  return attempts.map((attempt) => {
    const { userClip, agentClip, intent } = attempt;
    const fixed = Math.sqrt(shares.user) * user(userClip) + Math.sqrt(shares.agent) * agent(agentClip) + ownSd * normalFrom(random);
    const trait = normalFrom(random);
    const verdict = (laterMs) => {
      const latencyMs = centreMs + sdMs * (fixed + chanceSd * normalFrom(random)) + laterMs;
      const luck = half * (trait + normalFrom(random));
      const yields = intent === 'interruption' ? luck < missPoint : luck > holdPoint;
      const missed = intent === 'interruption' ? 'talked-through' : 'held';
      return { attempt, outcome: yields ? 'yielded' : missed, stopLatencyMs: yields ? latencyMs : null, detector: 'energy' };
    };
    const laterMs = shiftMs + byClip * 20 * half * (userShift(userClip) + agentShift(agentClip));
    return { base: verdict(0), head: verdict(laterMs) };
  });
}

const changed = (pairs) => {
  const inTime = ({ outcome, stopLatencyMs }) => outcome === 'yielded' && stopLatencyMs <= 250;
  const interruptions = pairs.filter(({ base }) => base.attempt.intent === 'interruption');
  return interruptions.filter(({ base, head }) => inTime(base) !== inTime(head)).length / interruptions.length;
};

/** The chance that makes this share of pairs change side at 250 ms. */
function chanceFor(discordance, shiftMs, byClip) {
  let [lo, hi] = [0, Math.sqrt(1 - shares.user - shares.agent)];
  const attempts = Array.from({ length: 20 }, () => distinct(full)).flat().map((attempt, i) => ({ ...attempt, userClip: `u${i}`, agentClip: `a${i}` }));
  for (let i = 0; i < 12; i++) {
    const middle = (lo + hi) / 2;
    if (changed(simulate(attempts, { chanceSd: middle, shiftMs, byClip }, randomFrom(seedOf('chance', seed)))) < discordance) lo = middle;
    else hi = middle;
  }
  return (lo + hi) / 2;
}

const clipsOf = (attempts) => {
  const interruptions = attempts.filter(({ intent }) => intent === 'interruption');
  return [interruptions.length, new Set(interruptions.map(({ userClip }) => userClip)).size, new Set(interruptions.map(({ agentClip }) => agentClip)).size];
};

function repeat(attempts, model, count, name) {
  return Array.from({ length: count }, (_, i) => {
    const pairs = simulate(attempts, model, randomFrom(seedOf('simulation', seed, name, i)));
    return { lines: compareLines(pairs, withinMs, defaultMargins), discordance: changed(pairs) };
  });
}

const share = (list, holds) => `${((100 * list.filter(holds).length) / list.length).toFixed(1)} %`;
const line = (lines, metric) => lines.find((candidate) => candidate.metric === metric);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const row = (cells) => console.log(`| ${cells.join(' | ')} |`);

console.log(`Power against a head that is slower by 20 ms (about 5 points of rate at 250 ms), ${simulations} simulations each\n`);
row(['attempts', 'n', 'user clips', 'agent clips', 'pairs that change', 'change', 'rate, 5 % alone', 'rate, after Holm', 'p50, after Holm', 'either', 'smallest: points', 'ms']);
row(['---', '--:', '--:', '--:', '--:', '---', '--:', '--:', '--:', '--:', '--:', '--:']);
for (const [byClip, change] of [[0, 'for all clips alike'], [0.5, 'by clip, +-10 ms']]) {
  for (const discordance of [0.07, 0.1, 0.15]) {
    const model = { chanceSd: chanceFor(discordance, 20, byClip), shiftMs: 20, byClip };
    for (const [name, attempts] of designs) {
      const done = repeat(attempts, model, simulations, `${name} ${discordance} ${byClip}`);
      const regressed = (metric) => ({ lines }) => line(lines, metric).verdict === 'regressed';
      row([
        name, ...clipsOf(attempts), `${((100 * done.reduce((sum, one) => sum + one.discordance, 0)) / done.length).toFixed(1)} %`, change,
        share(done, ({ lines }) => line(lines, 'interrupt_rate@250').p < 0.05 && line(lines, 'interrupt_rate@250').difference < 0),
        share(done, regressed('interrupt_rate@250')), share(done, regressed('p50')),
        share(done, (one) => regressed('interrupt_rate@250')(one) || regressed('p50')(one)),
        (100 * median(done.map(({ lines }) => line(lines, 'interrupt_rate@250').smallest))).toFixed(1), median(done.map(({ lines }) => line(lines, 'p50').smallest)).toFixed(1),
      ]);
    }
  }
}

const nullRuns = 2.5 * simulations;
console.log(`\nTwo runs of the same build, and two builds that differ by clip though not on average, ${nullRuns} simulations each: any line called improved or regressed\n`);
row(['attempts', 'n', 'pairs that change', 'same build', '+-10 ms by clip', "a rate's 95 % interval holds the truth", "p50's does", "p95's does"]);
row(['---', '--:', '--:', '--:', '--:', '--:', '--:', '--:']);
for (const discordance of [0.02, 0.1, 0.15]) {
  for (const [name, attempts] of designs) {
    const called = ({ lines }) => lines.some(({ verdict }) => verdict === 'improved' || verdict === 'regressed');
    const same = repeat(attempts, { chanceSd: chanceFor(discordance, 0, 0), shiftMs: 0, byClip: 0 }, nullRuns, `same ${name} ${discordance}`);
    const byClip = repeat(attempts, { chanceSd: chanceFor(Math.max(0.1, discordance), 0, 0.5), shiftMs: 0, byClip: 0.5 }, nullRuns, `clip ${name} ${discordance}`);
    const holds = (metric) => {
      const there = same.map(({ lines }) => line(lines, metric)).filter(({ lo, hi }) => lo !== null && hi !== null);
      return there.length === 0 ? '-' : share(there, ({ lo, hi }) => lo <= 0 && hi >= 0);
    };
    row([name, clipsOf(attempts)[0], `${((100 * same.reduce((sum, one) => sum + one.discordance, 0)) / same.length).toFixed(1)} %`, share(same, called), share(byClip, called), holds('interrupt_rate@250'), holds('p50'), holds('p95')]);
  }
}
