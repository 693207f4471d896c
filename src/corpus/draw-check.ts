import { BargeinError, nearest } from '../errors.js';
import type { DrawnAttempt } from './draw.js';
import type { Corpus } from './load.js';

interface PlacedRow {
  /** File and line. */
  readonly where: string;
  readonly row: DrawnAttempt;
}

/**
 * Checks rows against each other and against the clips they name.
 *
 * @throws BargeinError for the first that cannot be used
 */
export function checkRows(rows: readonly PlacedRow[], corpus: Pick<Corpus, 'list'>): void {
  const entries = new Map(corpus.list().map((entry) => [entry.id, entry]));
  const entry = (where: string, column: string, id: string, role: string) => {
    const found = entries.get(id);
    if (!found) {
      const near = nearest(id, [...entries.keys()]);
      throw new BargeinError(
        `${where}: the clip '${id}' is not in the corpus`,
        near ? `did you mean '${near}'?` : '`bargein corpus list` shows its clips; `node scripts/draw.js` draws again',
      );
    }
    if (found.role !== role) {
      throw new BargeinError(`${where}: ${column} '${id}' has the role ${found.role}, not ${role}`, 'name a clip of that role, or correct the intent');
    }
    return found;
  };

  const seen = new Map<string, string>();
  const once = (key: string, what: string, where: string) => {
    const first = seen.get(key);
    if (first !== undefined) throw new BargeinError(`${where}: ${what} is a duplicate of ${first}`, 'remove one of the two lines');
    seen.set(key, where);
  };

  for (const { where, row } of rows) {
    once(`id ${row.attemptId}`, `attempt_id '${row.attemptId}'`, where);
    once(JSON.stringify({ ...row, attemptId: '', seed: 0 }), `attempt '${row.attemptId}'`, where);

    const agent = entry(where, 'agent_clip', row.agentClip, 'agent');
    const speechMs = agent.endMs - agent.onsetMs;
    if (row.offsetMs < 0 || row.offsetMs >= speechMs) {
      throw new BargeinError(
        `${where}: offset_ms ${row.offsetMs} is beyond the ${Math.round(speechMs)} ms of speech of '${row.agentClip}'`,
        'an offset counts from the first audible sample and lies inside the speech',
      );
    }
    if (row.intent === 'control') {
      if (row.userClip !== null) throw new BargeinError(`${where}: a control has no user_clip`, 'leave the field empty');
    } else {
      if (row.userClip === null) throw new BargeinError(`${where}: user_clip is empty`, 'name a clip; only a control has none');
      entry(where, 'user_clip', row.userClip, row.intent);
    }
    if ((row.bedClip === null) !== (row.bedSnrDb === null)) {
      throw new BargeinError(`${where}: bed_clip and bed_snr_db go together`, 'fill in both, or neither');
    }
    if (row.bedClip !== null) entry(where, 'bed_clip', row.bedClip, 'noise');
  }
}
