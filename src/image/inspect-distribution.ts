import { isIndex, parseConfig, parseManifest, parseReference, withDefaultTag } from '../oci/index.ts';
import type { Descriptor, Manifest, Platform } from '../oci/index.ts';
import type { RemoteRepository } from '../registry/index.ts';
import type { ImageContext } from './context.ts';
import { documentBytes, openRemote, pullRefused } from './open-remote.ts';
import type { RemoteImage, TransferOptions } from './types.ts';

/** What a registry has under a name, without fetching layers: `GET /distribution/NAME/json`. */
export async function inspectDistribution(context: ImageContext, text: string, options: TransferOptions = {}): Promise<RemoteImage> {
  const reference = withDefaultTag(parseReference(text));
  const repository = await openRemote(context, reference, options);
  try {
    const fetched = await repository.fetchManifest(reference.digest ?? reference.tag ?? 'latest', { signal: options.signal });
    const document = parseManifest(fetched.bytes, fetched.mediaType);
    const descriptor: Descriptor = { mediaType: document.mediaType, digest: fetched.digest, size: fetched.bytes.length };
    return {
      Descriptor: descriptor,
      Platforms: isIndex(document) ? document.manifests.flatMap(({ platform }) => platform ?? []) : [await platformOf(repository, document, options)],
    };
  } catch (error) {
    throw pullRefused(reference, error);
  }
}

async function platformOf(repository: RemoteRepository, manifest: Manifest, { signal }: TransferOptions): Promise<Platform> {
  const { os, architecture, variant } = parseConfig(await documentBytes(repository, manifest.config, signal));
  return { os, architecture, ...(variant && { variant }) };
}
