import type { BuildEvent } from '../../api/index.ts';
import type { ImageBuildMessage } from '../../client/index.ts';
import { BuildState } from './build-state.ts';
import { failureText, warningsText } from './build-text.ts';
import { PlainView } from './plain-view.ts';
import { TerminalView } from './terminal-view.ts';

/** `--progress`. "auto" is "tty" on a terminal, else "plain". */
export type ProgressMode = 'auto' | 'plain' | 'tty' | 'quiet' | 'rawjson' | 'none';

export interface BuildProgressOptions {
  readonly mode: ProgressMode;
  /** Where progress goes; the Docker CLI uses stderr. */
  readonly stream: NodeJS.WriteStream;
  /** Where the text of another engine's classic builder goes: stdout. */
  readonly classic: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly now?: () => number;
}

/** Shows one build. */
export interface BuildView extends Disposable {
  /** The image's id, once it is there. */
  readonly imageId: string | undefined;
  message(message: ImageBuildMessage): void;
  /** Draws the last picture, and warnings. */
  finish(): void;
  /** Draws the last picture, and the error as Docker prints it. */
  fail(message: string): void;
}

const TICK_MS = 200;

/** Opens the display of a build: a live list on a terminal, lines elsewhere. Dispose stops its clock and gives the cursor back. */
export function openBuildProgress(options: BuildProgressOptions): BuildView {
  return new Display(options);
}

class Display implements BuildView {
  imageId: string | undefined;
  readonly #options: BuildProgressOptions;
  readonly #state: BuildState;
  readonly #view: PlainView | TerminalView | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #sawEvents = false;
  /** Ctrl+C ends the process at once: the engine stops the build when the connection goes. */
  readonly #onInterrupt = (): void => {
    this.fail('Canceled: context canceled');
    process.exit(130);
  };

  constructor(options: BuildProgressOptions) {
    const now = options.now ?? Date.now;
    this.#options = options;
    this.#state = new BuildState(now());
    process.once('SIGINT', this.#onInterrupt);
    const write = (text: string): void => void options.stream.write(text);
    const live = options.mode === 'tty' || (options.mode === 'auto' && options.stream.isTTY);
    if (live) {
      const size = (): { columns: number; rows: number } => ({ columns: options.stream.columns || 80, rows: options.stream.rows || 24 });
      this.#view = new TerminalView(this.#state, { write, size, now, colours: !options.env['NO_COLOR'] });
      this.#timer = setInterval(() => this.#sawEvents && this.#view?.tick(), TICK_MS);
    } else if (options.mode === 'plain' || options.mode === 'auto') this.#view = new PlainView(this.#state, write);
  }

  message(message: ImageBuildMessage): void {
    if ('event' in message) return this.#event(message.event);
    const id = message.aux?.['ID'];
    if (typeof id === 'string') this.imageId = id;
    if (message.stream !== undefined && this.#options.mode !== 'quiet' && this.#options.mode !== 'none') this.#options.classic.write(message.stream);
    else if (message.status !== undefined && this.#options.mode !== 'quiet')
      this.#options.classic.write(`${message.id === undefined ? '' : `${message.id}: `}${message.status}\n`);
  }

  finish(): void {
    this.#stop();
    if (this.#sawEvents) this.#view?.end();
    const warnings = warningsText(this.#state.warnings);
    if (warnings !== '' && this.#view) this.#options.stream.write(`${warnings.trimStart()}\n`);
  }

  fail(message: string): void {
    this.#stop();
    if (this.#sawEvents && this.#view instanceof TerminalView) this.#view.end();
    this.#options.stream.write(failureText(this.#state, message));
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #event(event: BuildEvent): void {
    this.#sawEvents = true;
    if (this.#options.mode === 'rawjson') this.#options.stream.write(`${JSON.stringify(event)}\n`);
    const vertex = this.#state.apply(event);
    this.#view?.event(event, vertex);
  }

  #stop(): void {
    clearInterval(this.#timer);
    process.off('SIGINT', this.#onInterrupt);
  }
}
