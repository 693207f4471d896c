import { hideIn, looksSecret } from './secrets.js';

/** How much of it is kept, bytes, and how much of its end is told. */
const keptBytes = 64 * 1024;
const toldLines = 3;
const toldCharacters = 300;

/** Colours and other control sequences of terminals, then what else is no text. */
const control = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Where in its source a program of Node's broke, which says less than the line before it. */
const trace = /^(?:at |\^+$|Node\.js v)/;

/** The end of what a program writes to stderr. */
export class ErrorLog {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  readonly #hidden: readonly string[];

  /** @param environment of the program: values whose names look like secrets are hidden, and those of `hidden`, whatever their names */
  constructor(environment: Readonly<Record<string, string | undefined>>, hidden: readonly string[]) {
    const secrets = Object.entries(environment).flatMap(([name, value]) => (value !== undefined && looksSecret(name) ? [value] : []));
    this.#hidden = [...secrets, ...hidden];
  }

  push(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    while (this.#bytes - this.#parts[0].length >= keptBytes) this.#bytes -= (this.#parts.shift() as Uint8Array).length;
  }

  /**
   * The last lines that say something, as one; empty where there is none.
   * @param hide takes out what must not be shown besides, before anything is cut off
   */
  lastLines(hide: (text: string) => string = (text) => text): string {
    const text = hide(hideIn(Buffer.concat(this.#parts).toString('utf8').slice(-keptBytes), this.#hidden));
    const lines = text.split('\n').map((line) => line.replace(control, '').trim());
    const told = lines.filter((line) => line !== '' && !trace.test(line)).slice(-toldLines).join(' | ');
    return told.length > toldCharacters ? `...${told.slice(-toldCharacters)}` : told;
  }
}
