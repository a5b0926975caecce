import { createHash } from 'node:crypto';
import { EngineError } from '../base/index.ts';

/** "sha256:<64 lower-case hex digits>", checked by `parseDigest`. Only such a value may become part of a path or URL. */
export type Digest = string & { readonly __digest: true };

const pattern = /^sha256:[0-9a-f]{64}$/;

/** True for a well-formed sha256 digest. */
export function isDigest(text: string): text is Digest {
  return pattern.test(text);
}

/** Checks a digest that came from outside. Throws INVALID_ARGUMENT; other algorithms are refused, as none is in use. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new EngineError('INVALID_ARGUMENT', `invalid digest format: ${JSON.stringify(text.slice(0, 100))}`);
}

/** The digest of some bytes, or of a text as UTF-8. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

/** Puts the algorithm before 64 hex digits that a hash gave. */
export function digestFromHex(hex: string): Digest {
  return parseDigest(`sha256:${hex}`);
}

/** The 64 hex digits without the algorithm. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
