import type { LogEntry, ReadLogsOptions } from './log-types.ts';
import { type Converted, parseEntry, readLogBlocks } from './logs.ts';
import { parseNanos } from './time.ts';

/** How the log is written for a client. */
export interface LogFramesOptions extends ReadLogsOptions {
  /** Only the text, for a container with a terminal; otherwise each line is one frame (8 bytes of stream and length, then the line). */
  readonly raw: boolean;
  /** Each piece is only good until the next one is asked for: its memory is used again. For many readers of much text. */
  readonly reuse?: boolean | undefined;
  /** Each line begins with its time. */
  readonly timestamps?: boolean | undefined;
  /** Each line begins with what this makes of its attributes. */
  readonly details?: ((attributes: Readonly<Record<string, string>>) => string) | undefined;
}

/**
 * The log as `logs` sends it, in pieces of many lines. The bytes of an ordinary line are copied as they are: no line is parsed that has
 * no need to be.
 */
export function readLogFrames(options: LogFramesOptions): AsyncGenerator<Buffer> {
  const kept = new Output(options);
  return readLogBlocks(options, (block) => convertFrames(block, options.reuse === true ? kept : new Output(options), options));
}

const head = Buffer.from('{"log":"');
const afterText = Buffer.from('","stream":"std');
const newline = 10;
const backslash = 92;
const timeBytes = '2026-11-29T04:55:49.148505021Z'.length;
const afterTime = '"}\n'.length;

/** A line of the file, found without parsing it: where its text begins and ends, and the byte that tells "out" from "err". */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly textEnd: number;
}

function convertFrames(block: Buffer, out: Output, options: LogFramesOptions): Converted<Buffer> {
  out.begin(block.length);
  let past = false;
  for (let start = 0; start < block.length && !past;) {
    const end = block.indexOf(newline, start) + 1;
    past = isPast(block, end, options) || past;
    convertLine(block, { start, end, textEnd: block.indexOf(afterText, start) }, out, options);
    start = end;
  }
  return { value: out.bytes(), past };
}

function isPast(block: Buffer, end: number, { until }: LogFramesOptions): boolean {
  return until !== undefined && parseNanos(timeOf(block, end)) > until;
}

/** The shim always writes nine digits and the time last. */
function timeOf(block: Buffer, end: number): string {
  return block.toString('latin1', end - afterTime - timeBytes, end - afterTime);
}

function convertLine(block: Buffer, line: Line, out: Output, options: LogFramesOptions): void {
  const isOurs = line.textEnd >= 0 && line.textEnd < line.end && block.compare(head, 0, head.length, line.start, line.start + head.length) === 0;
  if (!isOurs) return;
  const stream = block[line.textEnd + afterText.length] === 0x65 ? 'stderr' : 'stdout';
  if (!isWanted(block, line, stream, options)) return;
  const textStart = line.start + head.length;
  const escape = block.indexOf(backslash, textStart);
  const isPlain = escape < 0 || escape >= line.textEnd;
  const endsWithNewline = escape === line.textEnd - 2 && block[escape + 1] === 0x6e;
  if (options.details === undefined && (isPlain || endsWithNewline)) {
    out.plain(stream, options.timestamps === true ? timeOf(block, line.end) : '', block, textStart, isPlain ? line.textEnd : escape, endsWithNewline);
    return;
  }
  const entry = parseEntry(block.toString('utf8', line.start, line.end));
  if (entry !== undefined) out.text(stream, prefix(entry, options) + entry.text);
}

function prefix(entry: LogEntry, options: LogFramesOptions): string {
  const time = options.timestamps === true ? `${entry.time} ` : '';
  return options.details === undefined ? time : `${time}${options.details(entry.attributes ?? {})} `;
}

function isWanted(block: Buffer, line: Line, stream: 'stdout' | 'stderr', options: LogFramesOptions): boolean {
  if (!(stream === 'stdout' ? options.stdout : options.stderr)) return false;
  if (options.since === undefined && options.until === undefined) return true;
  const time = parseNanos(timeOf(block, line.end));
  return (options.since === undefined || time >= options.since) && (options.until === undefined || time <= options.until);
}

/** Bytes for the client. A line is longer in the file than here, so the file's size is room enough, except for what details add. */
class Output {
  #buffer: Buffer = Buffer.alloc(0);
  #used = 0;
  readonly #raw: boolean;

  constructor(options: LogFramesOptions) {
    this.#raw = options.raw;
  }

  begin(size: number): void {
    this.#used = 0;
    if (this.#buffer.length < size) this.#buffer = Buffer.allocUnsafeSlow(size);
  }

  plain(stream: 'stdout' | 'stderr', time: string, from: Buffer, start: number, end: number, withNewline: boolean): void {
    const stamp = time === '' ? 0 : time.length + 1;
    this.#header(stream, stamp + end - start + (withNewline ? 1 : 0));
    if (stamp > 0) this.#used += this.#buffer.write(`${time} `, this.#used, 'latin1');
    this.#used += from.copy(this.#buffer, this.#used, start, end);
    if (withNewline) this.#buffer[this.#used++] = newline;
  }

  text(stream: 'stdout' | 'stderr', text: string): void {
    const length = Buffer.byteLength(text);
    this.#header(stream, length);
    this.#used += this.#buffer.write(text, this.#used);
  }

  bytes(): Buffer | undefined {
    return this.#used === 0 ? undefined : this.#buffer.subarray(0, this.#used);
  }

  #header(stream: 'stdout' | 'stderr', length: number): void {
    this.#makeRoom(length + 8);
    if (this.#raw) return;
    this.#buffer.writeUInt32BE(stream === 'stderr' ? 0x0200_0000 : 0x0100_0000, this.#used);
    this.#buffer.writeUInt32BE(length, this.#used + 4);
    this.#used += 8;
  }

  #makeRoom(size: number): void {
    if (this.#used + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * this.#buffer.length + size);
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }
}
