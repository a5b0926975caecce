import { EngineError } from '../base/index.ts';

/** The error of every malformed archive, in the words that Docker's clients know. */
export function invalidHeader(why: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', `archive/tar: invalid tar header`, { details: { why } });
}

/** Bytes of a text field up to its first NUL. */
export function textField(block: Buffer, start: number, length: number): Buffer {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** A number field: octal text, or GNU's base 256 with the top bit set. Throws on anything else. */
export function numberField(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if (first & 0x80) return base256(block, start, length);
  let value = 0;
  let digits = false;
  for (let at = start; at < start + length; at++) {
    const byte = block[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x37) {
      value = value * 8 + (byte - 0x30);
      digits = true;
    } else if (byte === 0 || (byte === 0x20 && digits)) break;
    else if (byte !== 0x20) throw invalidHeader(`bad digit at ${at}`);
  }
  return value;
}

function base256(block: Buffer, start: number, length: number): number {
  const negative = ((block[start] ?? 0) & 0x40) !== 0;
  let value = negative ? -1n : 0n;
  for (let at = start; at < start + length; at++) {
    const byte = block[at] ?? 0;
    value = (value << 8n) | BigInt(at === start ? (negative ? byte | 0x80 : byte & 0x7f) : byte);
  }
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw invalidHeader('number too large');
  return number;
}

/** Writes a number as octal text with a NUL, or as base 256 where it does not fit. */
export function writeNumber(block: Buffer, value: number, { start, length }: { readonly start: number; readonly length: number }): void {
  if (value >= 0 && value < 8 ** (length - 1)) {
    block.write(value.toString(8).padStart(length - 1, '0'), start, 'latin1');
    return;
  }
  let rest = BigInt(value);
  for (let at = start + length - 1; at >= start; at--) {
    block[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  block[start] = (block[start] ?? 0) | 0x80;
}

/** True where the header's checksum holds, unsigned or (old tars) signed. */
export function checksumHolds(block: Buffer): boolean {
  let unsigned = 256;
  let signed = 256;
  for (let at = 0; at < 512; at++) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  const stored = numberField(block, 148, 8);
  return stored === unsigned || stored === signed;
}

/** Fills in the checksum of a header that is otherwise complete. */
export function writeChecksum(block: Buffer): void {
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
