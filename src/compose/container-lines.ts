import { FrameDecoder, STDERR } from '../api/index.ts';

/** A line of a container's output, without its end. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Cuts a container's stream into lines: multiplexed frames, or raw bytes when it has a terminal. A last line without an end counts. */
export async function* containerLines(source: AsyncIterable<Uint8Array>, tty: boolean): AsyncGenerator<OutputLine> {
  const open = { stdout: new LineBuffer(), stderr: new LineBuffer() };
  const frames = new FrameDecoder();
  for await (const chunk of source) {
    if (tty) yield* lines('stdout', open.stdout.push(chunk));
    else {
      for (const { type, data } of frames.push(chunk)) {
        const stream = type === STDERR ? 'stderr' : 'stdout';
        yield* lines(stream, open[stream].push(data));
      }
    }
  }
  for (const stream of ['stdout', 'stderr'] as const) yield* lines(stream, open[stream].end());
}

function* lines(stream: OutputLine['stream'], texts: readonly string[]): Generator<OutputLine> {
  for (const text of texts) yield { stream, text };
}

class LineBuffer {
  readonly #decoder = new TextDecoder();
  #rest = '';

  push(chunk: Uint8Array): string[] {
    const parts = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = parts.pop() ?? '';
    return parts.map((part) => part.replace(/\r$/, ''));
  }

  end(): string[] {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    return rest ? [rest] : [];
  }
}
