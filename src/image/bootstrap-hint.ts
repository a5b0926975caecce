import { EngineError, isEngineError } from '../base/index.ts';
import { familiarReference, withDefaultTag } from '../oci/index.ts';
import type { Reference } from '../oci/index.ts';

/** Official images that `slipway image bootstrap` has recipes for. */
const recipes: ReadonlySet<string> = new Set(['busybox', 'debian', 'nginx', 'node', 'postgres', 'python']);

/** Adds the way out to the error of a pull that found no hub: stand-ins can be built from Debian packages. Other errors stay as they are. */
export function hubHint(reference: Reference, error: unknown): unknown {
  if (reference.domain !== 'docker.io' || !isEngineError(error, 'UNAVAILABLE')) return error;
  const name = familiarReference(withDefaultTag(reference));
  const hint = recipes.has(reference.path.replace(/^library\//, ''))
    ? `"slipway image bootstrap ${name}" builds a stand-in from Debian packages`
    : `load the image from a file with "slipway load", or build a stand-in of a common base image with "slipway image bootstrap NAME"`;
  return new EngineError('UNAVAILABLE', `${error.message}. No image hub can be reached from here: ${hint}.`, { cause: error });
}
