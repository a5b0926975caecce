import { EngineError, isEngineError } from '../base/index.ts';
import { digestOf, documentLimit, familiarName, familiarReference } from '../oci/index.ts';
import type { Descriptor, Reference } from '../oci/index.ts';
import type { RemoteRepository } from '../registry/index.ts';
import { hubHint } from './bootstrap-hint.ts';
import type { ImageContext } from './context.ts';
import type { TransferOptions } from './types.ts';

/** The repository of a reference, to pull from. */
export async function openRemote(context: ImageContext, reference: Reference, { auth, signal }: TransferOptions): Promise<RemoteRepository> {
  try {
    return await context.registry.repository(reference, { auth, access: 'pull', signal });
  } catch (error) {
    throw hubHint(reference, error);
  }
}

/** Docker's words for a registry's refusal. */
export function pullRefused(reference: Reference, error: unknown): unknown {
  if (!isEngineError(error) || error.details['code'] === undefined) return error;
  const about: Readonly<Record<string, string>> = {
    DENIED: `pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login'`,
    UNAUTHORIZED: `pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login'`,
    MANIFEST_UNKNOWN: `manifest for ${familiarReference(reference)} not found`,
    NAME_UNKNOWN: `repository ${familiarName(reference)} not found`,
  };
  const text = about[error.details['code'] as string];
  return text === undefined ? error : new EngineError('NOT_FOUND', `${text}: ${error.message}`, { cause: error });
}

/** A config, fetched into memory and verified. */
export async function documentBytes(repository: RemoteRepository, descriptor: Descriptor, signal?: AbortSignal): Promise<Buffer> {
  if (descriptor.size > documentLimit)
    throw new EngineError('INVALID_ARGUMENT', `image config ${descriptor.digest} has ${descriptor.size} bytes, more than ${documentLimit}`);
  const { body } = await repository.fetchBlob(descriptor.digest, { signal });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > descriptor.size) break;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (size !== descriptor.size || digestOf(bytes) !== descriptor.digest)
    throw new EngineError('DATA_LOSS', `image config verification failed: unexpected digest ${digestOf(bytes)}, expected ${descriptor.digest}`);
  return bytes;
}
