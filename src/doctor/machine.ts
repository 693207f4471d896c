import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coreWarning, loadWarning, nodeIsSupported } from '../environment.js';
import type { Environment } from '../types.js';
import { fail, ok, warn } from './check.js';
import type { Check } from './check.js';

export function nodeCheck({ node }: Pick<Environment, 'node'>): Check {
  return nodeIsSupported(node) ? ok('node', `Node ${node}`) : fail('node', `Node ${node} is too old`, 'use Node 20.19, 22 or 24');
}

export function coreCheck({ cores, cpu }: Pick<Environment, 'cores' | 'cpu'>): Check {
  const few = coreWarning(cores);
  return few ? warn('cores', few.seen, few.remedy) : ok('cores', `${cores} cores, ${cpu}`);
}

export function loadCheck({ load1, cores }: Pick<Environment, 'load1' | 'cores'>): Check {
  const busy = loadWarning(load1, cores);
  const seen = `load ${load1} on ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return busy ? warn('load', `${seen}: ${busy.cause}`, busy.remedy) : ok('load', seen);
}

/** Governors that keep a processor from sleeping deeply or clocking down between two frames. */
const steady: ReadonlySet<string> = new Set(['performance']);

/** @param governors of all processors; empty where the system does not tell */
export function governorCheck(governors: readonly string[]): Check {
  const name = 'governor';
  if (governors.length === 0) return ok(name, 'not told here (a virtual machine, or a system without frequency scaling)');
  const kinds = [...new Set(governors)];
  const seen = `CPU governor ${kinds.join(', ')}`;
  if (kinds.every((kind) => steady.has(kind))) return ok(name, seen);
  return warn(name, `${seen}: a processor that clocks down between frames sends the next one late`, 'for measurements in real time: `sudo cpupower frequency-set -g performance`');
}

/** The governor of each processor, as Linux tells it; empty elsewhere. */
export function readGovernors(folder = '/sys/devices/system/cpu'): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /^cpu\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      return [readFileSync(join(folder, name, 'cpufreq', 'scaling_governor'), 'utf8').trim()];
    } catch {
      return [];
    }
  });
}
