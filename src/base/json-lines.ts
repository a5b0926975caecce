import { EngineError } from './error.ts';

/** Reads a stream of JSON values, one a line ("{…}\r\n{…}\n"), as Docker's progress and event streams send them. A line over `limitBytes` is refused. */
export async function* jsonLines<T>(source: AsyncIterable<Uint8Array>, limitBytes = 16 << 20): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > limitBytes) throw new EngineError('INVALID_ARGUMENT', `JSON line longer than ${limitBytes} bytes`);
    for (const line of lines) if (line.trim()) yield parseLine<T>(line);
  }
  rest += decoder.decode();
  if (rest.trim()) yield parseLine<T>(rest);
}

function parseLine<T>(line: string): T {
  try {
    return JSON.parse(line) as T;
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', `invalid JSON line: ${line.slice(0, 80)}`, { cause });
  }
}
