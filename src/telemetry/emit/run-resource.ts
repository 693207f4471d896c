import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';
import { withoutSecrets } from '../../agents/secrets.js';
import type { RunInfo } from '../../types.js';
import { ownPrefix } from './names.js';

/** What is said of a run with every span: enough to tell runs apart and to find this one again, and nothing secret. */
export type RunOfSpans = Pick<RunInfo, 'runId' | 'runKey' | 'label' | 'agent' | 'agentOptions' | 'turns' | 'clock' | 'version' | 'seed' | 'corpus' | 'draw' | 'withinMs' | 'errorBarMs'>;

/** The run as an OpenTelemetry resource. */
export function runResource(run: RunOfSpans): Resource {
  const params = Object.entries(run.agentOptions).sort(([a], [b]) => (a < b ? -1 : 1));
  const facts = {
    run_id: run.runId,
    run_key: run.runKey,
    label: run.label,
    agent: withoutSecrets(run.agent),
    turns: run.turns,
    clock: run.clock,
    seed: run.seed,
    corpus: run.corpus.name,
    corpus_hash: run.corpus.hash,
    profile: run.draw.profile,
    draw_hash: run.draw.hash,
    within_ms: [...run.withinMs],
    ...(run.errorBarMs === null ? {} : { error_bar_ms: run.errorBarMs }),
    ...Object.fromEntries(params.map(([name, value]) => [`param_${name}`, typeof value === 'string' ? withoutSecrets(value) : value])),
  };
  const own = Object.fromEntries(Object.entries(facts).map(([name, value]) => [`${ownPrefix}${name}`, value]));
  return resourceFromAttributes({ 'service.name': 'bargein', 'service.version': run.version, ...own });
}
