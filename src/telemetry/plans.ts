import { isNamed } from './attribute-values.js';
import type { AgentTurnRule, FullMapping, SpanMatch, StageRule, VadMoment } from './mapping.js';

/** What a moment is, in the order in which moments of one instant are taken. */
export const momentKinds = ['agentStart', 'vad', 'cancel', 'flush', 'userEnd', 'agentQuiet', 'resumed'] as const;
export type MomentKind = (typeof momentKinds)[number];

/** A rule of the mapping and how often it has taken something, for those who ask what it did. */
export interface Planned<Rule> {
  readonly rule: Rule;
  /** Where it stands in the mapping and what it says. */
  readonly label: string;
  taken: number;
  /** Spans it applied to that lack the attribute it looks for. */
  lacking: number;
}

export interface PlannedMoment extends Planned<VadMoment> {
  readonly kind: MomentKind;
}

/** The rules that can apply to spans of one name. */
export interface NamePlan {
  readonly name: string;
  readonly bargeIns: readonly Planned<SpanMatch>[];
  /** In the order of the mapping. */
  readonly moments: readonly PlannedMoment[];
  /** Those of them that need no event. */
  readonly momentsWithoutEvents: readonly PlannedMoment[];
  readonly agentTurns: readonly Planned<AgentTurnRule>[];
  readonly stages: readonly Planned<StageRule>[];
  seen: number;
  taken: number;
}

/** How often spans of a name were there, and how many of them were of use. */
export interface NameSeen {
  readonly name: string;
  readonly seen: number;
  readonly taken: number;
}

/** What became of a rule. */
export interface RuleSeen {
  readonly label: string;
  readonly taken: number;
  /** Spans it applied to that lack the attribute it looks for. */
  readonly lacking: number;
}

/** Names that are kept apart, at most: a pipeline that writes ids into names must not fill the memory. */
const mostNames = 5000;
const others = '(further names)';

/** Every rule of a mapping, and for each name of a span those that can apply. */
export class Plans {
  readonly bargeIns: readonly Planned<SpanMatch>[];
  readonly moments: readonly PlannedMoment[];
  readonly agentTurns: readonly Planned<AgentTurnRule>[];
  readonly stages: readonly Planned<StageRule>[];
  readonly #byName = new Map<string, NamePlan>();
  #further: NamePlan | null = null;

  constructor(mapping: FullMapping) {
    this.bargeIns = mapping.bargeIn.map((rule) => planned('bargeIn', rule));
    this.moments = momentKinds.flatMap((kind) => mapping[kind].map((rule): PlannedMoment => ({ ...planned(kind, rule), kind })));
    this.agentTurns = mapping.agentTurn.map((rule) => planned('agentTurn', rule));
    this.stages = mapping.stages.map((rule) => planned(`stages ${rule.stage}`, rule));
  }

  of(name: string): NamePlan {
    const known = this.#byName.get(name);
    if (known) return known;
    if (this.#byName.size >= mostNames) {
      // What is beyond is matched all the same, but not counted by name.
      this.#further ??= this.#planFor(others);
      return { ...this.#planFor(name), seen: this.#further.seen++ };
    }
    const plan = this.#planFor(name);
    this.#byName.set(name, plan);
    return plan;
  }

  /** Names that were seen, the most frequent first. */
  names(): NameSeen[] {
    const all = [...this.#byName.values(), ...(this.#further ? [this.#further] : [])];
    return all.map(({ name, seen, taken }) => ({ name, seen, taken })).sort((a, b) => b.seen - a.seen || (a.name < b.name ? -1 : 1));
  }

  /** Every rule, in the order of the mapping's parts. */
  rules(): RuleSeen[] {
    return [...this.moments, ...this.bargeIns, ...this.agentTurns, ...this.stages].map(({ label, taken, lacking }) => ({ label, taken, lacking }));
  }

  #planFor(name: string): NamePlan {
    const can = <Rule extends SpanMatch>({ rule }: Planned<Rule>) => isNamed(name, rule.span);
    const moments = this.moments.filter(can);
    return {
      name,
      bargeIns: this.bargeIns.filter(can),
      moments,
      momentsWithoutEvents: moments.filter(({ rule }) => !('event' in rule)),
      agentTurns: this.agentTurns.filter(can),
      stages: this.stages.filter(can),
      seen: 0,
      taken: 0,
    };
  }
}

function planned<Rule extends SpanMatch>(list: string, rule: Rule): Planned<Rule> {
  return { rule, label: `${list}: ${describeRule(rule)}`, taken: 0, lacking: 0 };
}

function describeRule(rule: SpanMatch & Partial<{ at: string; event: string; attribute: string; unit: string; from: string }>): string {
  const where = Object.entries(rule.where ?? {}).map(([name, value]) => `${name}=${value}`);
  const span = [...(rule.span === undefined ? [] : [rule.span]), ...where].join(', ');
  const on = span === '' ? 'any span' : span;
  if (rule.event !== undefined) return `event ${rule.event} on ${on}`;
  if (rule.attribute !== undefined) return `${rule.attribute} (${rule.unit}) from the ${rule.from ?? 'start'} of ${on}`;
  return rule.at === undefined ? on : `${rule.at} of ${on}`;
}
