import { EngineError, isEngineError } from '../base/index.ts';
import { familiarReference, formatReference, isDigest, parseReference, withDefaultTag } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { noSuchImage } from './library.ts';
import type { Library } from './library.ts';

/** The id of an image by tag, digest reference, id, or a prefix of one. A name goes before a prefix, as in Docker. Throws NOT_FOUND, INVALID_ARGUMENT for what could be neither, CONFLICT for an ambiguous prefix. */
export function resolveImage(library: Library, text: string): Digest {
  const id = findImage(library, text);
  if (id) return id;
  const reference = readName(text);
  throw noSuchImage(reference ? familiarReference(withDefaultTag(reference)) : text);
}

/** Like `resolveImage`, but undefined where there is none. */
export function findImage(library: Library, text: string): Digest | undefined {
  const whole = /^[0-9a-f]{64}$/.test(text) ? `sha256:${text}` : text;
  if (isDigest(whole)) return library.row(whole)?.id;
  const reference = readName(text);
  return (reference && findNamed(library, reference)) ?? findPrefix(library, text);
}

/** True where `text` names the image by its id or the beginning of it, not by a name. */
export function isIdPrefix(id: Digest, text: string): boolean {
  return id.startsWith(text) || id.slice('sha256:'.length).startsWith(text);
}

function findNamed(library: Library, reference: ReturnType<typeof parseReference>): Digest | undefined {
  if (!reference.digest) return library.idOf(formatReference(withDefaultTag(reference)));
  const { tag: _, ...byDigest } = reference;
  return library.idOf(formatReference(byDigest));
}

function findPrefix(library: Library, text: string): Digest | undefined {
  const prefix = text.replace(/^sha256:/, '');
  if (!/^[0-9a-f]{1,64}$/.test(prefix)) return undefined;
  const found = library.rows().filter(({ id }) => id.startsWith(`sha256:${prefix}`));
  if (found.length > 1) throw new EngineError('CONFLICT', `ambiguous reference: ${text} names ${found.length} images`);
  return found[0]?.id;
}

/** A "sha256:99" is no name but could be a prefix. */
function readName(text: string): ReturnType<typeof parseReference> | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (isEngineError(error) && /^sha256:[0-9a-f]+$/.test(text)) return undefined;
    throw error;
  }
}
