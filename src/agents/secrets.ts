/** Names of query parameters whose values are for nobody's eyes. */
const secretNames = /key|token|secret|password|passwd|auth|signature|sig$/i;
const hidden = '***';

/** An address or a command as it may be shown: user information and the values of parameters that look like secrets are hidden. */
export function withoutSecrets(target: string): string {
  return target
    .replace(/\/\/[^/@\s]+@/g, `//${hidden}@`)
    .replace(/([?&;\s](?:--)?)([\w.-]+)([=\s])([^&#\s]+)/g, (whole, before: string, name: string, equals: string) => (secretNames.test(name) ? `${before}${name}${equals}${hidden}` : whole));
}

/** Whether a name is one whose value should not be shown. */
export function looksSecret(name: string): boolean {
  return secretNames.test(name);
}
