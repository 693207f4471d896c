import { describe, expect, it } from 'vitest';
import { RecentMap } from '../../src/vad/recent-map.js';

describe('a map of recent entries', () => {
  it('lets go of what was not used for as long as half its limit of others', () => {
    const map = new RecentMap<string, number>(4);
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);
    expect(map.get('a')).toBe(1);
    map.set('d', 4);
    map.set('e', 5);
    expect(['a', 'b', 'd', 'e'].map((key) => map.get(key))).toEqual([1, undefined, 4, 5]);
    map.set('a', 6);
    expect(map.get('a')).toBe(6);
    map.clear();
    expect([map.size, map.get('a')]).toEqual([0, undefined]);
  });

  it.each([1, 2, 3, 10, 101])('never holds more than %i, always the latest, and only what was set', (limit) => {
    const map = new RecentMap<number, number>(limit);
    for (let i = 0; i < 1000; i++) {
      const key = (i * i) % 37;
      map.set(key, i);
      expect(map.get(key)).toBe(i);
      expect(map.size).toBeLessThanOrEqual(limit);
      const other = map.get((i * 7) % 37);
      expect(other === undefined || (other * other) % 37 === (i * 7) % 37).toBe(true);
    }
  });
});
