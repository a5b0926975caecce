import { EngineError } from '../base/index.ts';
import { familiarReference, formatReference, parseReference, withDefaultTag } from '../oci/index.ts';
import type { Digest, Reference } from '../oci/index.ts';
import { timestamp } from './context.ts';
import type { ImageContext } from './context.ts';

/** Gives an image a name; the image that had it loses it. */
export function tagImage(context: ImageContext, id: Digest, target: string): void {
  const reference = withDefaultTag(parseReference(target));
  if (reference.digest) throw new EngineError('INVALID_ARGUMENT', 'refusing to create a tag with a digest reference');
  setTag(context, id, reference);
  context.publish({ Action: 'tag', id, attributes: { name: familiarReference(reference) } });
}

/** The same without an event, for pull, load and create. */
export function setTag(context: ImageContext, id: Digest, reference: Reference): void {
  const { library } = context;
  const row = library.row(id);
  if (!row) throw new EngineError('NOT_FOUND', `No such image: ${id}`);
  library.transaction(() => {
    library.putName(formatReference(reference), id);
    if (!reference.digest) library.putImage({ ...row, lastTagTime: timestamp(context) });
  });
}
