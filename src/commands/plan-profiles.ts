import { committedDraw } from '../corpus/draw-file.js';
import { gatherMaterial } from '../corpus/draw-material.js';
import { drawAttempts, drawSeed } from '../corpus/draw.js';
import { defaultCorpusDir, loadCorpus } from '../corpus/load.js';
import { reachOf } from '../measure/plan-power.js';
import type { PowerQuestion, Reach } from '../measure/plan-power.js';
import type { ProfileName } from '../types.js';

/** Lines of a comparison with three latency limits: they share the 5 %. */
export const comparedLines = 7;

export interface ProfileReach extends Reach {
  readonly profile: ProfileName;
}

/** What the interruptions of each profile can show. */
export async function profileReaches(corpusDir: string = defaultCorpusDir, question: PowerQuestion): Promise<ProfileReach[]> {
  const corpus = await loadCorpus(corpusDir);
  const profiles = ['quick', 'standard', 'full'] as const satisfies readonly ProfileName[];
  const committed = profiles.map((profile) => committedDraw(corpus, profile));
  const drawn = committed.includes(null) ? drawAttempts(await gatherMaterial(corpus), drawSeed).profiles : null;
  return profiles.map((profile, i) => {
    const rows = committed[i] ?? drawn?.[profile] ?? [];
    return { profile, ...reachOf(rows.filter(({ intent }) => intent === 'interruption'), comparedLines, question) };
  });
}
