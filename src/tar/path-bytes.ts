import { isUtf8 } from 'node:buffer';

/** A file name as text. Bytes that are no UTF-8 become lone surrogates U+DC80 to U+DCFF, so that `encodePath` gives the same bytes again. Source: Python PEP 383. */
export function decodePath(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  for (let at = 0; at < buffer.length;) {
    const width = sequenceWidth(buffer, at);
    text += width === 0 ? String.fromCharCode(0xdc00 + (buffer[at] ?? 0)) : buffer.toString('utf8', at, at + width);
    at += width || 1;
  }
  return text;
}

/** The bytes of a name from `decodePath`, or of any text as UTF-8. */
export function encodePath(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  return Buffer.concat(Array.from(text, (character) => encodeCharacter(character)));
}

/** What `node:fs` takes for a name: the text itself, or its bytes where they are no UTF-8. */
export function fsPath(text: string): string | Buffer {
  return text.isWellFormed() ? text : encodePath(text);
}

function encodeCharacter(character: string): Buffer {
  const code = character.charCodeAt(0);
  return character.length === 1 && code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(character, 'utf8');
}

/** Length of the valid UTF-8 sequence at `at`; 0 where there is none. */
function sequenceWidth(buffer: Buffer, at: number): number {
  for (let width = 1; width <= 4; width++) if (at + width <= buffer.length && isUtf8(buffer.subarray(at, at + width))) return width;
  return 0;
}
