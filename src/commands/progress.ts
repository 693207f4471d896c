import { SingleBar } from 'cli-progress';
import type { Ms, Progress } from '../types.js';
import type { Terminal } from './terminal.js';

/** Shows how far a run has come, on standard error. */
export interface ProgressView {
  show(progress: Progress): void;
  /** Takes the bar away; nothing is shown after it. */
  end(): void;
}

/** A bar on a terminal, plain lines elsewhere, nothing at all where `quiet`. */
export function makeProgressView(terminal: Pick<Terminal, 'err' | 'errScreen' | 'signal'>, quiet: boolean): ProgressView {
  if (quiet) return { show: () => {}, end: () => {} };
  if (!terminal.errScreen) return new LineView(terminal);
  const view = new BarView(terminal.errScreen);
  // What is said of the interruption gets a line of its own; the bar goes on below it.
  terminal.signal.addEventListener('abort', () => view.end());
  return view;
}

const phaseNames: Record<Progress['phase'], string> = {
  calibrating: 'calibrating',
  'warming-up': 'warming up',
  replaying: 'replaying',
  'comparing-clocks': 'comparing clocks',
  reporting: 'reporting',
};

/** Running p50, rate and time left, as far as they are known. */
export function describeProgress({ p50Ms, rate, rateLimitMs, etaMs }: Progress): string {
  const parts = [
    p50Ms !== null ? `p50 ${Number.isFinite(p50Ms) ? `${Math.round(p50Ms)} ms` : 'missed'}` : null,
    rate !== null && rateLimitMs !== null ? `${Math.round(rate * 100)} % within ${rateLimitMs} ms` : null,
    etaMs !== null && etaMs > 0 ? `ETA ${showEta(etaMs)}` : null,
  ];
  return parts.filter((part) => part !== null).join('  ');
}

/** Seconds below two minutes, minutes and seconds below ten, then minutes. */
export function showEta(etaMs: Ms): string {
  const seconds = Math.max(1, Math.round(etaMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes >= 10) return `${Math.round(seconds / 60)} min`;
  return `${minutes} min ${String(rest).padStart(2, '0')} s`;
}

class BarView implements ProgressView {
  #bar: SingleBar | null = null;
  #phase: Progress['phase'] | null = null;
  readonly #screen: NodeJS.WritableStream;

  constructor(screen: NodeJS.WritableStream) {
    this.#screen = screen;
  }

  show(progress: Progress): void {
    if (progress.note !== undefined) {
      this.end();
      this.#screen.write(`${progress.note}\n`);
      return;
    }
    const payload = { figures: describeProgress(progress) };
    if (this.#bar && this.#phase === progress.phase) {
      this.#bar.setTotal(progress.total);
      this.#bar.update(progress.done, payload);
    } else {
      this.#bar?.stop();
      // Below 80 characters up to 99999 attempts and limits of 1000 ms.
      const format = `${phaseNames[progress.phase]} {bar} {value}/{total} {figures}`;
      this.#bar = new SingleBar({
        format,
        stream: this.#screen,
        barsize: 10,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        clearOnComplete: true,
        linewrap: null,
        // Ctrl-C is the program's own affair.
        gracefulExit: false,
        emptyOnZero: true,
      });
      this.#bar.start(progress.total, progress.done, payload);
    }
    this.#phase = progress.phase;
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = null;
    this.#phase = null;
  }
}

/** A line at each tenth of a phase. */
class LineView implements ProgressView {
  #phase: Progress['phase'] | null = null;
  #tenth = -1;

  readonly #terminal: Pick<Terminal, 'err'>;

  constructor(terminal: Pick<Terminal, 'err'>) {
    this.#terminal = terminal;
  }

  show(progress: Progress): void {
    const { phase, done, total, note } = progress;
    if (note !== undefined) {
      this.#terminal.err(`${note}\n`);
      return;
    }
    const tenth = total > 0 ? Math.floor((10 * done) / total) : 0;
    if (phase === this.#phase && tenth <= this.#tenth) return;
    [this.#phase, this.#tenth] = [phase, tenth];
    const share = total > 0 ? ` ${done}/${total} (${Math.floor((100 * done) / total)} %)` : '';
    this.#terminal.err(`${phaseNames[phase]}${share}  ${describeProgress(progress)}`.trimEnd() + '\n');
  }

  end(): void {}
}
