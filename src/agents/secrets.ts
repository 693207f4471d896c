import { BargeinError } from '../errors.js';
import { isLoopback } from './socket-address.js';

/** Names whose values are for nobody's eyes. */
const secretNames = /key|token|secret|passw|^pass$|^pwd$|auth|signature|sig$|jwt|credential|bearer|^code$/i;
const hidden = '***';

/** A value as it stands in an address or a command: quoted, or up to the next mark. */
const value = `("[^"]*"|'[^']*'|[^\\s&#;'"]+)`;
/** Where a name and its value stand: in a query or fragment, as a flag, as a variable before a command. Groups: before, name, between, value. */
const places = [
  new RegExp(`([?&;#])([\\w.%-]+)(=)${value}`, 'g'),
  new RegExp(`((?:^|[\\s'"])--?)([\\w-]+)(=|\\s+(?!-))${value}`, 'g'),
  new RegExp(`(^|[\\s'"])([A-Za-z_]\\w*)(=)${value}`, 'g'),
  /(^|['"\s])([\w-]+)(:\s*(?:Bearer\s+|Basic\s+)?)([^'"]+)/g,
];

/** An address or a command as it may be shown: user information and the values of what looks like a secret are hidden. */
export function withoutSecrets(target: string): string {
  return mapSecrets(target, () => hidden);
}

/** A command in which what looks like a secret is the value itself, and not a variable of the shell that holds it. */
export function holdsSecret(command: string): boolean {
  let holds = false;
  mapSecrets(command, (secret) => {
    if (!ofVariable.test(secret.trim())) holds = true;
    return hidden;
  });
  return holds;
}

/** `$NAME` or `${NAME}`, quoted or with a scheme before it. */
const ofVariable = /^["']?(?:[A-Za-z]+\s+)?\\?\$(?:\w+|\{\w+\})["']?$/;

/** An address as it may be shown where its path and its query are themselves the key: scheme and host. */
export function hostOnly(address: string): string {
  if (!URL.canParse(address)) return hidden;
  const { protocol, host, pathname, search, hash } = new URL(address);
  return `${protocol}//${host}/${pathname.length > 1 || search !== '' || hash !== '' ? hidden : ''}`;
}

/** A text whose addresses are shown as `hostOnly` does. */
export function withHostsOnly(text: string): string {
  return text.replace(/\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>\\]*[^\s"'<>\\:,.;)\]]/gi, (address) => hostOnly(address));
}

/**
 * What of an address is its key, as a far side may say it back: path and query as a whole, the values of the query, and what in the path is
 * no plain word.
 */
export function keysOfAddress({ pathname, search, searchParams, username, password }: URL): string[] {
  const segments = pathname.split('/').filter((segment) => !plainWord.test(segment));
  const keys = [`${pathname}${search}`, pathname, ...segments, ...searchParams.values(), username, password];
  return [...new Set(keys.flatMap((key) => [key, decoded(key)]))];
}

/** A part of a path that says what is there, such as `server_web_socket`. */
const plainWord = /^[a-z]{1,16}(?:[_-][a-z]{1,16})*$/i;

/** Whether a name is one whose value should not be shown. */
export function looksSecret(name: string): boolean {
  return secretNames.test(decoded(name));
}

/** Whether a text is JSON that holds, at any depth, a text under a name that looks secret. */
export function jsonHoldsSecret(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return false;
  let found = false;
  try {
    JSON.parse(value, (name, item: unknown) => {
      found ||= typeof item === 'string' && item !== '' && looksSecret(name);
      return item;
    });
  } catch {
    return false;
  }
  return found;
}

function mapSecrets(target: string, hide: (secret: string) => string): string {
  const withoutUser = target.replace(/(:\/\/)([^/?#\s@]*)@/g, (_, before: string, user: string) => `${before}${hide(user)}@`);
  return places.reduce((text, place) => text.replace(place, (whole, before: string, name: string, between: string, secret: string) => (looksSecret(name) && secret !== hidden ? `${before}${name}${between}${hide(secret)}` : whole)), withoutUser);
}

/** Secrets of this thread that must not come back in what a far side says of itself. */
const known = new Set<string>();
/** A shorter one may be a word of any text. */
const shortest = 6;

/** A text without these secrets; a longer one goes before what it begins with. */
export function hideIn(text: string, secrets: Iterable<string>): string {
  const hiding = [...secrets].filter(({ length }) => length >= shortest).sort((a, b) => b.length - a.length);
  return hiding.reduce((left, secret) => left.replaceAll(secret, hidden), text);
}

/** From here on `scrubbed` hides this value, as it is and as addresses write it. */
export function rememberSecret(secret: string): void {
  const bare = secret.replace(/^(["'])(.*)\1$/, '$2');
  const forms = [bare, decoded(bare)];
  for (const form of [...forms, encodeURIComponent(bare), ...forms.flatMap((form) => form.split(/[:\s]+/))]) if (!scheme.test(form)) known.add(form);
}

/** Names of variables that hold a secret for sure, and values that are none: flags, numbers, paths. */
const secretVariables = /(?:^|_)(?:key|token|secret|passwd|password|credentials?)$/i;
const noSecret = /^(?:[~.]?[/\\]|[a-z]+$|\d+$)/i;

/** Remembers the secrets of an environment: an agent that shares it may say one back. */
export function rememberSecretsOf(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, secret] of Object.entries(env)) if (secret !== undefined && secretVariables.test(name) && !noSecret.test(secret)) rememberSecret(secret.trim());
}

/** What stands before a credential and is none. */
const scheme = /^(?:basic|bearer|token|apikey|api-key)$/i;

/** Remembers whatever looks like a secret in an address or a command. */
export function rememberSecretsIn(target: string): void {
  mapSecrets(target, (secret) => {
    rememberSecret(secret);
    return hidden;
  });
}

/** A text of a far side, or an error, without any secret that is known. */
export function scrubbed(text: string): string {
  return hideIn(text, known);
}

/** Why an option is refused: options are written into reports. */
export function secretOption(name: string, hint: string): BargeinError {
  return new BargeinError(`agent option ${name} looks like a secret, and options are written into reports`, hint);
}

/**
 * The key that an environment variable holds, from here on hidden in every text.
 * @param address where it goes; null where that is not known yet
 * @returns null where it holds none
 * @throws BargeinError where the key would cross a network in the clear
 */
export function keyFrom(variable: string, env: Readonly<Record<string, string | undefined>>, agent: string, address: URL | null): string | null {
  const key = env[variable]?.trim() || null;
  if (key === null) return null;
  rememberSecret(key);
  if (address?.protocol === 'ws:' && !isLoopback(address.hostname)) throw new BargeinError(`agent '${agent}': the key of ${variable} would go to ${address.host} unencrypted`, 'use wss://');
  return key;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
