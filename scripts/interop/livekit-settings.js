// Options of the session by environment variables; what is not set stays as the framework has it.

/** A number of milliseconds, `none` for null, undefined where the variable is not set. */
function milliseconds(name) {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  if (text === 'none') return null;
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`${name}=${text}: must be a number of milliseconds, or none`);
  return value;
}

function yesOrNo(name) {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  if (text !== 'true' && text !== 'false') throw new Error(`${name}=${text}: must be true or false`);
  return text === 'true';
}

/** Without the names whose value is undefined. */
function given(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** For `new AgentSession`: LK_MIN_DURATION, LK_AEC_WARMUP (ms or none), LK_RESUME_FALSE_INTERRUPTION. */
export function sessionSettings() {
  const interruption = given({ minDuration: milliseconds('LK_MIN_DURATION'), resumeFalseInterruption: yesOrNo('LK_RESUME_FALSE_INTERRUPTION') });
  return given({
    aecWarmupDuration: milliseconds('LK_AEC_WARMUP'),
    turnHandling: Object.keys(interruption).length > 0 ? { interruption } : undefined,
  });
}
