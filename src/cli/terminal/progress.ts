import type { ProgressMessage } from '../../api/index.ts';
import { humanSize } from '../format/units.ts';

/** Shows progress messages: on a terminal one line for each layer, redrawn in place, with a bar; elsewhere a line for each change of state. */
export async function showProgress(
  messages: AsyncIterable<ProgressMessage>,
  out: NodeJS.WriteStream,
  onAux?: (aux: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  const screen = out.isTTY ? new Screen(out) : undefined;
  for await (const message of messages) {
    if (message.aux) onAux?.(message.aux);
    else if (screen) screen.show(message);
    else showPlain(message, out);
  }
}

function showPlain(message: ProgressMessage, out: NodeJS.WriteStream): void {
  if (hasBar(message)) return;
  const { id, stream, status } = message;
  out.write(stream === undefined ? `${id ? `${id}: ` : ''}${status ?? ''}\n` : stream);
}

/** The lines of layers at the bottom of a terminal. */
class Screen {
  readonly #out: NodeJS.WriteStream;
  readonly #rows = new Map<string, number>();

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(message: ProgressMessage): void {
    const { id, stream } = message;
    if (stream !== undefined) return this.#below(stream);
    if (!id || !message.progressDetail) {
      const line = `${id ? `${id}: ` : ''}${message.status ?? ''}`;
      if (id && this.#rows.has(id)) this.#redraw(id, line);
      else this.#below(`${line}\n`);
      return;
    }
    this.#redraw(id, `${id}: ${message.status ?? ''}${barText(message, this.#out.columns)}`);
  }

  /** What is no layer's line ends the block: later layers begin a new one. */
  #below(text: string): void {
    this.#rows.clear();
    this.#out.write(text);
  }

  #redraw(id: string, line: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) {
      this.#rows.set(id, this.#rows.size);
      this.#out.write(`\u001B[2K${line}\n`);
      return;
    }
    const up = this.#rows.size - row;
    this.#out.write(`\u001B[${up}A\r\u001B[2K${line}\r\u001B[${up}B`);
  }
}

function hasBar({ progressDetail: detail }: ProgressMessage): boolean {
  return detail?.current !== undefined && (detail.current > 0 || (detail.total ?? 0) > 0);
}

/** " [=====>     ]  1.2MB/3.4MB". */
export function barText(message: ProgressMessage, columns: number): string {
  const { current, total = 0, units = '' } = message.progressDetail ?? {};
  if (!hasBar(message) || current === undefined) return '';
  const shown = (value: number): string => (units === '' ? humanSize(value) : `${value} ${units}`);
  if (total <= 0) return ` ${shown(current).padStart(8)}`;
  const width = columns > 110 ? 50 : columns > 80 ? 25 : 0;
  const filled = Math.min(width, Math.trunc((current / total) * width));
  const bar = width === 0 ? '' : `[${'='.repeat(filled)}${filled < width ? '>' : ''}${' '.repeat(Math.max(0, width - filled - 1))}] `;
  return ` ${bar}${shown(current).padStart(8)}${current > total ? '' : `/${shown(total)}`}`;
}
