import { meets, numberOf } from './attribute-values.js';
import type { MomentKind, NamePlan, PlannedMoment } from './plans.js';
import { momentKinds } from './plans.js';
import type { Span } from './span.js';

export interface FoundMoment {
  readonly kind: MomentKind;
  readonly atNs: bigint;
  readonly interrupts: boolean;
}

const nsPerMs = 1e6;

/**
 * The moments that a span tells of. Of each kind the first rule that finds any has the word; it may find several (events).
 * @param plan the rules for spans of this name
 */
export function momentsOf(span: Span, plan: NamePlan): FoundMoment[] {
  const rules = span.events.length > 0 ? plan.moments : plan.momentsWithoutEvents;
  const found: FoundMoment[] = [];
  let said = 0;
  for (const planned of rules) {
    const bit = 1 << momentKinds.indexOf(planned.kind);
    if ((said & bit) !== 0 || !meets(span.attributes, planned.rule.where)) continue;
    const before = found.length;
    addMoments(found, span, planned);
    if (found.length === before) {
      if ('attribute' in planned.rule) planned.lacking++;
      continue;
    }
    planned.taken += found.length - before;
    said |= bit;
  }
  return found;
}

function addMoments(found: FoundMoment[], span: Span, { kind, rule }: PlannedMoment): void {
  const interrupts = rule.interrupts === true;
  if ('at' in rule) {
    found.push({ kind, atNs: rule.at === 'start' ? span.startNs : span.endNs, interrupts });
  } else if ('event' in rule) {
    for (const { name, atNs } of span.events) if (name === rule.event) found.push({ kind, atNs, interrupts });
  } else {
    const value = numberOf(span.attributes[rule.attribute]);
    // Less than nothing is what "it did not happen" is written as.
    if (value === null || value < 0) return;
    const lengthMs = rule.unit === 's' ? value * 1000 : value;
    const length = BigInt(Math.round(lengthMs * nsPerMs));
    const from = rule.from ?? 'start';
    found.push({ kind, atNs: from === 'epoch' ? length : from === 'end' ? span.endNs + length : span.startNs + length, interrupts });
  }
}
