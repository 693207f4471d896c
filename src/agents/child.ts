import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { messageOf } from '../errors.js';
import { atUsualPriority, unlessStuck } from '../time/index.js';
import type { Ms } from '../types.js';
import { hasGroups, signalGroup } from './child-group.js';
import type { ChildPlace } from './child-table.js';
import { ErrorLog } from './error-log.js';
import { ownChildren } from './thread-children.js';

export interface ChildOrder {
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Values that are never shown, besides those of the environment whose names look like secrets. */
  readonly hidden: readonly string[];
}

/** How a program came to be of no more use. */
export interface ChildEnd {
  /** In words, without what it said on stderr. */
  readonly what: string;
  /** null where it did not end by itself with one. */
  readonly exitCode: number | null;
}

export interface ChildHandlers {
  output(bytes: Uint8Array): void;
  /** It has ended by itself, after its last output; not once it is being closed. */
  gone(reason: string, end: ChildEnd): void;
}

/** How long a program may take to obey a SIGTERM, and to end by itself once its input has ended where nothing else is said. */
const graceMs = 1000;
/** How long what a program has written may take to arrive after its end, where others hold its pipes open. */
const drainMs = 500;
/** What may wait for a program that does not read. */
const mostUnread = 2 ** 20;

/**
 * A program that is an agent, with pipes to its stdin and stdout. It leads a process group of its own and bears a mark, so that all it starts
 * ends with it: when it is closed, when it ends by itself, and when this process ends.
 */
export class AgentChild {
  /** Rejected with a reason where the program cannot be started. */
  readonly started: Promise<void>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #handlers: ChildHandlers;
  readonly #log: ErrorLog;
  readonly #called: string;
  readonly #place: ChildPlace;
  readonly #exited: Promise<void>;
  readonly #drained: Promise<void>;
  readonly #reported: Promise<void>;
  #told: () => void = () => {};
  #status: string | null = null;
  #exitCode: number | null = null;
  #inputEnded = false;
  #over = false;
  #closing: Promise<void> | null = null;

  /**
   * @param called what reasons call it
   * @throws Error with a reason where the order is none that a system could take, and where this process is ending
   */
  constructor({ words, env, hidden }: ChildOrder, handlers: ChildHandlers, called = "the agent's command") {
    this.#handlers = handlers;
    this.#called = called;
    this.#log = new ErrorLog(process.env, hidden);
    const [program, ...args] = words;
    this.#place = ownChildren().take();
    const settings = { env: { ...process.env, ...env, ...this.#place.mark.environment }, stdio: 'pipe', detached: hasGroups, windowsHide: true } as const;
    const child = this.#place.fill(() => atUsualPriority(() => spawn(program, args, settings)));
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    this.#drained = new Promise((resolve) => child.once('close', () => resolve()));
    this.#reported = new Promise((resolve) => (this.#told = resolve));
    this.started = new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.on('error', (thrown) => reject(new Error(startReason(called, program, thrown))));
    });
    child.once('exit', (code, signal) => this.#ended(code, signal));
    child.stdout.on('data', (bytes: Buffer) => {
      if (!this.#over) handlers.output(bytes);
    });
    child.stderr.on('data', (bytes: Buffer) => this.#log.push(bytes));
    child.stdin.on('error', () => {
      if (!this.#inputEnded) void this.#report('it has closed its input');
    });
    child.stdout.on('error', () => {});
    child.stderr.on('error', () => {});
  }

  /** Where it has ended or closed its input, bytes go nowhere. A program that does not read is given up. */
  write(bytes: Uint8Array): void {
    const { stdin } = this.#child;
    if (this.#over || !stdin.writable) return;
    stdin.write(bytes);
    if (stdin.writableLength > mostUnread) this.#giveUp(`it does not read: more than ${mostUnread / 2 ** 20} MB is waiting on its input`);
  }

  /** Nothing more is written: it reads to the end of its input. */
  endInput(): void {
    this.#inputEnded = true;
    this.#child.stdin.end();
  }

  /** The last lines of its stderr as one; empty where there is none. `hide` takes out what must not be shown, before anything is cut off. */
  said(hide?: (text: string) => string): string {
    return this.#log.lastLines(hide);
  }

  /** Nothing of its output is taken, and nothing lost, until it is let on. */
  holdOutput(hold: boolean): void {
    if (hold) this.#child.stdout.pause();
    else this.#child.stdout.resume();
  }

  /** Whether the handler has been told its end, waiting for that at most so long. */
  goneWithin(limitMs: Ms): Promise<boolean> {
    return within(this.#reported, limitMs);
  }

  /**
   * Ends its input, and it with all that it started where it does not end by itself. Never throws.
   * @param patienceMs how long it may take to end by itself
   */
  close(patienceMs: Ms = graceMs): Promise<void> {
    return (this.#closing ??= this.#close(patienceMs));
  }

  async #close(patienceMs: Ms): Promise<void> {
    this.#over = true;
    const { stdin, stdout, stderr, pid } = this.#child;
    if (pid === undefined) return;
    stdin.end();
    stdout.resume();
    if (!(await within(this.#exited, patienceMs))) {
      this.#signal('SIGTERM');
      if (!(await within(this.#exited, graceMs))) this.#signal('SIGKILL');
      await this.#exited;
    }
    await this.#endStrays();
    await within(this.#drained, drainMs);
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
  }

  /** All processes of its group. */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid !== undefined) signalGroup(pid, signal);
  }

  async #endStrays(): Promise<void> {
    await this.#place.mark.end();
    this.#place.leave();
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.#signal('SIGKILL');
    this.#place.childEnded();
    if (!this.#closing) void this.#endStrays();
    this.#exitCode = code;
    this.#status = signal === null ? `exit code ${code}` : `killed by ${signal}`;
    void this.#report('it has ended');
  }

  /** Tells the reason once all output has been passed on; that it has ended is the better one. */
  async #report(reason: string): Promise<void> {
    await within(this.#drained, drainMs);
    this.#giveUp(this.#status === null ? reason : `it ended by itself (${this.#status})`);
  }

  #giveUp(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    const said = this.said();
    this.#handlers.gone(`${this.#called} failed: ${reason}${said === '' ? '' : `: ${said}`}`, { what: reason, exitCode: this.#exitCode });
    this.#told();
  }
}

async function within(work: Promise<void>, limitMs: Ms): Promise<boolean> {
  return unlessStuck(work, limitMs, '').then(
    () => true,
    () => false,
  );
}

function startReason(called: string, program: string, thrown: Error): string {
  const code = 'code' in thrown ? thrown.code : null;
  if (code === 'ENOENT') return `${called} cannot be started: there is no program '${program}'`;
  if (code === 'EACCES') return `${called} cannot be started: '${program}' is no program that may be run`;
  return `${called} cannot be started: ${messageOf(thrown)}`;
}
