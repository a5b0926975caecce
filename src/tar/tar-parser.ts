import { EngineError } from '../base/index.ts';
import { decodeHeader, entryOf, storedBytesOf } from './decode-header.ts';
import type { Extensions, RawHeader } from './decode-header.ts';
import { blockSize, paddingOf } from './entry.ts';
import type { SparseRun, TarEntry } from './entry.ts';
import { invalidHeader } from './header-fields.ts';
import { decodePath } from './path-bytes.ts';
import { parsePax } from './pax.ts';
import type { PaxRecords } from './pax.ts';
import { leadingRuns, oldGnuRuns, paxRuns } from './sparse-map.ts';

/** Where a parser puts what it finds, at once and in order: `entry`, any number of `data`, `end`. */
export interface TarHandler {
  entry(entry: TarEntry): void;
  /** Bytes of the file at `offset` in it. The chunk is only valid during the call. */
  data(chunk: Buffer, offset: number): void;
  end(): void;
}

/** Longest PAX header, long name or sparse map that is read into memory; the same as Go's archive/tar. */
const metaLimit = 1 << 20;

/** A push parser of ustar, PAX and GNU archives. Holds one block and one extended header, never a file. Throws INVALID_ARGUMENT for malformed archives. */
export class TarParser {
  readonly #handler: TarHandler;
  readonly #block = Buffer.alloc(blockSize);
  #filled = 0;
  #state: (chunk: Buffer) => number;
  #ended = false;
  #padding = 0;
  #left = 0;
  #meta: Buffer[] = [];
  #metaDone: (body: Buffer) => void = () => {};
  #globals: PaxRecords = new Map();
  #globalBytes = 0;
  #extensions: Extensions = { pax: new Map() };
  #pending: { raw: RawHeader; stored: number } | undefined;
  #runs: readonly SparseRun[] = [];
  #run = 0;
  #inRun = 0;
  #mapText = '';

  constructor(handler: TarHandler) {
    this.#handler = handler;
    this.#state = this.#header;
  }

  /** Feeds bytes. All calls to the handler happen before it returns. */
  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length && !this.#ended;) at += this.#state(at === 0 ? bytes : bytes.subarray(at));
  }

  /** Tells that no more comes. Throws when an entry is cut off. */
  finish(): void {
    if (!this.#ended && (this.#filled > 0 || this.#state !== this.#header)) throw new EngineError('INVALID_ARGUMENT', 'unexpected EOF');
  }

  #fill(chunk: Buffer): number {
    const taken = Math.min(blockSize - this.#filled, chunk.length);
    chunk.copy(this.#block, this.#filled, 0, taken);
    this.#filled += taken;
    return taken;
  }

  readonly #header = (chunk: Buffer): number => {
    const taken = this.#fill(chunk);
    if (this.#filled < blockSize) return taken;
    this.#filled = 0;
    const raw = decodeHeader(this.#block);
    if (raw) this.#begin(raw);
    else this.#ended = true;
    return taken;
  };

  #begin(raw: RawHeader): void {
    switch (raw.flag) {
      case 'x':
        return this.#readMeta(raw, (body) => this.#takePax(body));
      case 'g':
        return this.#readMeta(raw, (body) => this.#takeGlobals(body));
      case 'L':
        return this.#readMeta(raw, (body) => void (this.#extensions = { ...this.#extensions, longPath: nameOf(body) }));
      case 'K':
        return this.#readMeta(raw, (body) => void (this.#extensions = { ...this.#extensions, longLink: nameOf(body) }));
      default:
        this.#pending = { raw, stored: storedBytesOf(raw, this.#extensions.pax) };
        return this.#afterHeader(raw);
    }
  }

  #readMeta(raw: RawHeader, done: (body: Buffer) => void): void {
    if (raw.storedBytes > metaLimit || raw.storedBytes < 0) throw invalidHeader('extended header too long');
    this.#left = raw.storedBytes;
    this.#padding = paddingOf(raw.storedBytes);
    this.#meta = [];
    this.#metaDone = done;
    this.#state = this.#metaBody;
    if (this.#left === 0) this.#finishMeta();
  }

  readonly #metaBody = (chunk: Buffer): number => {
    const taken = Math.min(this.#left, chunk.length);
    this.#meta.push(Buffer.from(chunk.subarray(0, taken)));
    this.#left -= taken;
    if (this.#left === 0) this.#finishMeta();
    return taken;
  };

  #finishMeta(): void {
    this.#metaDone(Buffer.concat(this.#meta));
    this.#meta = [];
    this.#state = this.#padding > 0 ? this.#skip : this.#header;
  }

  /** They add up, and each entry is given all of them. */
  #takeGlobals(body: Buffer): void {
    this.#globalBytes += body.length;
    if (this.#globalBytes > metaLimit) throw invalidHeader('global headers too long');
    this.#globals = new Map([...this.#globals, ...parsePax(body)]);
  }

  #takePax(body: Buffer): void {
    const pairs: number[] = [];
    const own = parsePax(body, (key, value) => {
      if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') pairs.push(Number(value.toString('latin1')));
    });
    const pax = new Map([...this.#globals, ...own]);
    const sparse = paxRuns(pax, pairs);
    this.#extensions = { ...this.#extensions, pax, ...(sparse && { sparse }) };
  }

  #afterHeader(raw: RawHeader): void {
    if (this.#extensions.pax.size === 0 && this.#globals.size > 0) this.#extensions = { ...this.#extensions, pax: this.#globals };
    if (raw.oldSparse?.continues) this.#state = this.#oldSparseBlock;
    else if (this.#extensions.pax.get('GNU.sparse.major')?.toString() === '1') this.#state = this.#sparseLines;
    else this.#start();
  }

  readonly #oldSparseBlock = (chunk: Buffer): number => {
    const taken = this.#fill(chunk);
    if (this.#filled < blockSize) return taken;
    this.#filled = 0;
    const runs = this.#pending?.raw.oldSparse?.runs ?? [];
    runs.push(...oldGnuRuns(this.#block, 0, 21));
    if (runs.length * 24 > metaLimit) throw invalidHeader('sparse map too long');
    if (this.#block[504] !== 1) this.#start();
    return taken;
  };

  readonly #sparseLines = (chunk: Buffer): number => {
    const taken = this.#fill(chunk);
    if (this.#filled < blockSize) return taken;
    this.#filled = 0;
    this.#mapText += this.#block.toString('latin1');
    if (this.#mapText.length > metaLimit) throw invalidHeader('sparse map too long');
    if (this.#pending) this.#pending.stored -= blockSize;
    const sparse = leadingRuns(this.#mapText);
    if (sparse) {
      this.#mapText = '';
      this.#extensions = { ...this.#extensions, sparse };
      this.#start();
    }
    return taken;
  };

  #start(): void {
    const { raw, stored } = this.#pending ?? { raw: undefined, stored: 0 };
    const entry = raw && entryOf(raw, this.#extensions);
    this.#extensions = { pax: new Map() };
    this.#pending = undefined;
    this.#left = stored;
    this.#padding = paddingOf(stored);
    if (!entry) {
      this.#padding += stored;
      return this.#next();
    }
    this.#runs = entry.sparse ?? [{ offset: 0, sizeBytes: stored }];
    if (entry.sparse && sumOf(entry.sparse) !== stored) throw invalidHeader('sparse map and size differ');
    this.#run = 0;
    this.#inRun = 0;
    this.#handler.entry(entry);
    if (this.#left > 0) this.#state = this.#data;
    else this.#finishData();
  }

  readonly #data = (chunk: Buffer): number => {
    const run = this.#runs[this.#run];
    if (!run) throw invalidHeader('sparse map and size differ');
    const taken = Math.min(this.#left, chunk.length, run.sizeBytes - this.#inRun);
    if (taken > 0) this.#handler.data(taken === chunk.length ? chunk : chunk.subarray(0, taken), run.offset + this.#inRun);
    this.#inRun += taken;
    this.#left -= taken;
    if (this.#inRun === run.sizeBytes) {
      this.#run++;
      this.#inRun = 0;
    }
    if (this.#left === 0) this.#finishData();
    return taken;
  };

  #finishData(): void {
    this.#handler.end();
    this.#next();
  }

  #next(): void {
    this.#state = this.#padding > 0 ? this.#skip : this.#header;
  }

  readonly #skip = (chunk: Buffer): number => {
    const taken = Math.min(this.#padding, chunk.length);
    this.#padding -= taken;
    if (this.#padding === 0) this.#state = this.#header;
    return taken;
  };
}

function nameOf(body: Buffer): string {
  const end = body.indexOf(0);
  return decodePath(end < 0 ? body : body.subarray(0, end));
}

function sumOf(runs: readonly SparseRun[]): number {
  return runs.reduce((sum, run) => sum + run.sizeBytes, 0);
}
