import { describe, expect, it } from 'vitest';
import { attemptsNeeded, pairsNeeded, smallestPairedDifference, smallestUnpairedDifference } from '../../src/measure/power.js';

describe('pairsNeeded', () => {
  it.each([
    // Connor 1987 as worked in powerandsamplesize.com (0.45 against 0.05) and in MESS::power_mcnemar_test.
    [0.4, 0.5, 0.8, 23],
    [0.15, 0.45, 0.8, 155],
    [0.05, 0.1, 0.9, 417],
  ])('%f of %f changed pairs with a power of %f', (difference, discordance, power, n) => {
    expect(pairsNeeded(difference, discordance, 0.05, power)).toBe(n);
  });
});

describe('attemptsNeeded', () => {
  it("is R's power.prop.test: 76.7 for 0.5 against 0.75, power 0.9", () => {
    expect(attemptsNeeded(0.5, 0.75, 0.05, 0.9)).toBe(77);
    expect(attemptsNeeded(0.85, 0.8, 0.05, 0.9)).toBe(1212);
  });
});

describe('the smallest difference', () => {
  it('is what the needed pairs show, and no less', () => {
    const question = { discordance: 0.1, level: 0.05, power: 0.9, df: Infinity };
    expect(smallestPairedDifference({ n: 417, ...question })).toBeLessThanOrEqual(0.05);
    expect(smallestPairedDifference({ n: 416, ...question })).toBeGreaterThan(0.05);
    const unpaired = { rate: 0.85, towards: -1, level: 0.05, power: 0.9, df: Infinity } as const;
    expect(smallestUnpairedDifference({ n: 1212, ...unpaired })).toBeLessThanOrEqual(0.05);
    expect(smallestUnpairedDifference({ n: 1211, ...unpaired })).toBeGreaterThan(0.05);
  });

  it('is not 0 where nothing changed: as many pairs must change as the rate does', () => {
    // d = psi: d sqrt(n) = z_a sqrt(d) + z_b sqrt(d - d^2).
    const smallest = smallestPairedDifference({ n: 500, discordance: 0, level: 0.05, power: 0.9, df: Infinity }) as number;
    expect(1.959964 * Math.sqrt(smallest) + 1.2815516 * Math.sqrt(smallest - smallest ** 2)).toBeCloseTo(smallest * Math.sqrt(500), 5);
    expect(smallest).toBeGreaterThan(0.015);
  });

  it('does not exist with too few attempts', () => {
    expect(smallestPairedDifference({ n: 3, discordance: 0.1, level: 0.05, power: 0.9, df: Infinity })).toBeNull();
    expect(smallestPairedDifference({ n: 50, discordance: 0.1, level: 0.05, power: 0.9, df: 0 })).toBeNull();
    expect(smallestUnpairedDifference({ n: 3, rate: 0.85, towards: 1, level: 0.05, power: 0.9, df: Infinity })).toBeNull();
    expect(smallestUnpairedDifference({ n: 300, rate: 1, towards: 1, level: 0.05, power: 0.9, df: Infinity })).toBeNull();
  });
});
