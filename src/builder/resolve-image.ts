import { EngineError, isEngineError, messageOf } from '../base/index.ts';
import type { ImageRecord, ProgressMessage, RegistryAuth } from '../image/index.ts';
import { formatPlatform, parseReference, platformMatches, withDefaultTag } from '../oci/index.ts';
import type { Platform } from '../oci/index.ts';
import type { BuildProgress, VertexProgress } from './progress/build-progress.ts';
import type { BuildRequest } from './request.ts';
import type { BuildImages } from './types.ts';

export interface ResolveOptions {
  readonly reference: string;
  readonly platform: Platform;
  readonly host: Platform;
  readonly request: BuildRequest;
  readonly progress: BuildProgress;
  /** Keeps the image from being removed until the build is over. */
  readonly leases: AsyncDisposableStack;
}

/** The image of a FROM: the one that is here, or pulled where it is not, where its platform is another, or where the build asks for `--pull`. */
export function resolveImage(images: BuildImages, options: ResolveOptions): Promise<ImageRecord> {
  const { reference, platform, host, request, progress } = options;
  return progress.within(`[internal] load metadata for ${fullName(reference)}`, async (vertex) => {
    const here = images.find(reference);
    const fits = here !== undefined && platformMatches(platform, here.config);
    const foreign = here !== undefined && !fits && platformMatches(platform, host) && request.platform === undefined;
    const image = here && !request.pull && (fits || foreign) ? here : await pull(images, options, here, vertex);
    options.leases.use(images.lease(image.id));
    return image;
  });
}

async function pull(
  images: BuildImages,
  { reference, platform, host, request }: ResolveOptions,
  here: ImageRecord | undefined,
  vertex: VertexProgress,
): Promise<ImageRecord> {
  const auth = authFor(reference, request.auth);
  try {
    return await images.pull(reference, {
      ...(platformMatches(platform, host) ? {} : { platform: formatPlatform(platform) }),
      ...(auth ? { auth } : {}),
      onProgress: (message) => tell(vertex, message),
      signal: request.signal,
    });
  } catch (cause) {
    request.signal.throwIfAborted();
    if (!here || request.pull)
      throw new EngineError(
        isEngineError(cause) ? cause.code : 'UNAVAILABLE',
        `${reference}: failed to resolve source metadata for ${fullName(reference)}: ${messageOf(cause)}`,
        { cause },
      );
    const actual = formatPlatform(here.config);
    throw new EngineError(
      'NOT_FOUND',
      `image with reference ${reference} was found but does not provide the specified platform (${formatPlatform(platform)}); it is for ${actual}`,
      { cause },
    );
  }
}

function tell(vertex: VertexProgress, { id, status, progressDetail }: ProgressMessage): void {
  if (status === undefined || id === undefined) return;
  const { current, total } = progressDetail ?? {};
  vertex.status(`${id} ${status}`, {
    ...(current === undefined ? {} : { current }),
    ...(total === undefined ? {} : { total }),
    completed: /complete|exists/i.test(status),
  });
}

/** Credentials are given only to the registry they are for. */
function authFor(reference: string, auth: Readonly<Record<string, RegistryAuth>>): RegistryAuth | undefined {
  const { domain } = parseReference(reference);
  const names = domain === 'docker.io' ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io'] : [domain, `https://${domain}`, `http://${domain}`];
  return names.map((name) => auth[name]).find((found) => found !== undefined);
}

/** "docker.io/library/python:3.11-slim"; an id stays as it is. */
function fullName(reference: string): string {
  if (/^(sha256:)?[0-9a-f]{12,64}$/.test(reference)) return reference;
  const { domain, path, tag, digest } = withDefaultTag(parseReference(reference));
  return `${domain}/${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
