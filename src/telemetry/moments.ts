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
/** No time and no length is longer, ms: some three hundred years. */
const longestMs = 1e13;

/**
 * The moments that a span tells of. Of each kind the first rule that finds any has the word; it may find several (events).
 * @param plan the rules for spans of this name
 * @param garbled told of each attribute that ought to say when, and is no number that could
 */
export function momentsOf(span: Span, plan: NamePlan, garbled: (attribute: string) => void): FoundMoment[] {
  const rules = span.events.length > 0 ? plan.moments : plan.momentsWithoutEvents;
  const found: FoundMoment[] = [];
  let said = 0;
  for (const planned of rules) {
    const bit = 1 << momentKinds.indexOf(planned.kind);
    if ((said & bit) !== 0 || !meets(span.attributes, planned.rule.where)) continue;
    const before = found.length;
    addMoments(found, span, planned, garbled);
    if (found.length === before) {
      if ('attribute' in planned.rule) planned.lacking++;
      continue;
    }
    planned.taken += found.length - before;
    said |= bit;
  }
  return found;
}

function addMoments(found: FoundMoment[], span: Span, { kind, rule }: PlannedMoment, garbled: (attribute: string) => void): void {
  const interrupts = rule.interrupts === true;
  if ('at' in rule) {
    found.push({ kind, atNs: rule.at === 'start' ? span.startNs : span.endNs, interrupts });
  } else if ('event' in rule) {
    for (const { name, atNs } of span.events) if (name === rule.event) found.push({ kind, atNs, interrupts });
  } else {
    const said = span.attributes[rule.attribute];
    if (said === undefined) return;
    const value = numberOf(said);
    const lengthMs = value !== null && rule.unit === 's' ? value * 1000 : value;
    if (lengthMs === null || lengthMs > longestMs) return garbled(rule.attribute);
    // Less than nothing is what "it did not happen" is written as.
    if (lengthMs < 0) return;
    const length = BigInt(Math.round(lengthMs * nsPerMs));
    const from = rule.from ?? 'start';
    found.push({ kind, atNs: from === 'epoch' ? length : from === 'end' ? span.endNs + length : span.startNs + length, interrupts });
  }
}
