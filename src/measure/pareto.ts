/** What two settings are held against each other by. null: not measured. */
export interface TradeOff {
  /** Interrupt rate within the objective's limit: more is better. */
  readonly rate: number | null;
  /** False yield rate: less is better. */
  readonly falseYield: number | null;
}

/**
 * Which settings no other one dominates: none is at least as good in both and better in one. By the estimates: whether a difference is
 * more than chance is another question. A setting of which either is not known is on neither side.
 */
export function nonDominated(settings: readonly TradeOff[]): boolean[] {
  return settings.map((one) => isKnown(one) && !settings.some((other) => isKnown(other) && dominates(other, one)));
}

interface Known {
  readonly rate: number;
  readonly falseYield: number;
}

function isKnown(setting: TradeOff): setting is Known {
  return setting.rate !== null && setting.falseYield !== null;
}

function dominates(one: Known, other: Known): boolean {
  const noWorse = one.rate >= other.rate && one.falseYield <= other.falseYield;
  return noWorse && (one.rate > other.rate || one.falseYield < other.falseYield);
}
