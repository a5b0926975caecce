import { EngineError } from '../base/index.ts';
import type { LineRange } from './types.ts';

/** Where an error comes from: the lines to blame, and whether the lexer already stumbled (Docker's classic builder then writes "failed to parse Dockerfile: "). */
export interface ErrorPlace {
  readonly range?: LineRange;
  readonly lexical?: boolean;
  readonly cause?: unknown;
}

/** A Dockerfile that cannot be built; `range` points at the lines that are to blame. */
export class DockerfileError extends EngineError {
  readonly range: LineRange | undefined;
  readonly lexical: boolean;

  constructor(message: string, place: ErrorPlace = {}) {
    super('INVALID_ARGUMENT', message, {
      ...(place.cause === undefined ? {} : { cause: place.cause }),
      details: place.range ? { line: place.range.start } : {},
    });
    this.name = 'DockerfileError';
    this.range = place.range;
    this.lexical = place.lexical ?? false;
  }
}

/** An instruction that makes no sense, in Docker's words: "dockerfile parse error on line 3: unknown instruction: FOO". */
export function parseError(message: string, range: LineRange): DockerfileError {
  return new DockerfileError(`dockerfile parse error on line ${range.start}: ${message}`, { range });
}

/** Text that cannot even be split into instructions; Docker names no line in the text itself. */
export function lexError(message: string, range: LineRange): DockerfileError {
  return new DockerfileError(message, { range, lexical: true });
}

/** The lines around `range` as Docker prints them with an error: a header "Dockerfile:3", a rule, numbered lines with ">>>" at the culprit. Source: buildkit solver/errdefs/source.go. */
export function sourceExcerpt(file: string, source: string, range: LineRange): string {
  const lines = source.split('\n');
  const { first, last } = excerptBounds(range, lines.length);
  const rule = '-'.repeat(20);
  const shown = lines.slice(first - 1, last).map((line, at) => {
    const number = first + at;
    const mark = number >= range.start && number <= range.end ? '>>>' : '   ';
    return ` ${String(number).padStart(3)} | ${mark} ${line.replace(/\r$/, '')}`;
  });
  return [`${file}:${range.start}`, rule, ...shown, rule].join('\n');
}

/** Two lines of context on each side of a single line, one around more. */
function excerptBounds(range: LineRange, count: number): { first: number; last: number } {
  const wanted = range.start === range.end ? 4 : 2;
  let first = range.start;
  let last = Math.min(range.end, count);
  for (let padding = 0; padding < wanted; padding++) {
    if (first > 1) {
      first--;
      padding++;
    }
    if (last !== count) {
      last++;
      padding++;
    }
  }
  return { first, last };
}

/** The candidate that is at most a few typing errors away from `word`; undefined when none is. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = 3;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
