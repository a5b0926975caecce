import type { ImageSummary } from '../../../api/index.ts';
import { goTime, humanDuration, humanSize, shortSize } from '../../format/units.ts';
import { View } from '../../template/index.ts';

/** Header words of the columns of `images`. */
export const imageHeaders = {
  ID: 'IMAGE ID', Repository: 'REPOSITORY', Tag: 'TAG', Digest: 'DIGEST', CreatedSince: 'CREATED', CreatedAt: 'CREATED AT', Size: 'SIZE', Containers: 'CONTAINERS',
  VirtualSize: 'SIZE', SharedSize: 'SHARED SIZE', UniqueSize: 'UNIQUE SIZE',
}; // prettier-ignore

/** One name of an image; an image without a name has one row of "<none>". */
export interface ImageRow {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** The rows of images: one for each tag, or with `digests` one for each tag with its digest. */
export function imageRows(images: readonly ImageSummary[], digests: boolean): ImageRow[] {
  return images.flatMap((image) => rowsOf(image, digests));
}

function rowsOf(image: ImageSummary, digests: boolean): ImageRow[] {
  const tags = (image.RepoTags ?? []).filter((one) => one !== '<none>:<none>').map(splitTag);
  const known = (image.RepoDigests ?? [])
    .filter((one) => one !== '<none>@<none>')
    .map((one) => ({ repository: one.slice(0, one.indexOf('@')), digest: one.slice(one.indexOf('@') + 1) }));
  const row = (repository: string, tag: string, digest: string): ImageRow => ({ image, repository, tag, digest });
  if (tags.length === 0) {
    if (known.length === 0) return [row('<none>', '<none>', '<none>')];
    return digests
      ? known.map((one) => row(one.repository, '<none>', one.digest))
      : [...new Set(known.map((one) => one.repository))].map((one) => row(one, '<none>', '<none>'));
  }
  if (!digests) return tags.map(({ repository, tag }) => row(repository, tag, '<none>'));
  return tags.flatMap(({ repository, tag }) => {
    const own = known.filter((one) => one.repository === repository);
    return own.length === 0 ? [row(repository, tag, '<none>')] : own.map((one) => row(repository, tag, one.digest));
  });
}

function splitTag(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(':');
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

/** An image's row of `images` and `system df -v`. */
export function imageView({ image, repository, tag, digest }: ImageRow, { short, now = Date.now() / 1000 }: { short: boolean; now?: number }): View {
  const size = (value: number): string => (value < 0 ? 'N/A' : humanSize(value));
  return new View('*formatter.imageContext', {
    Containers: () => (image.Containers < 0 ? 'N/A' : String(image.Containers)),
    CreatedAt: () => goTime(image.Created),
    CreatedSince: () => (image.Created <= 0 ? 'N/A' : `${humanDuration(now - image.Created)} ago`),
    Digest: () => digest,
    ID: () => (short ? image.Id.replace(/^sha256:/, '').slice(0, 12) : image.Id),
    Repository: () => repository,
    SharedSize: () => size(image.SharedSize),
    Size: () => shortSize(image.Size),
    Tag: () => tag,
    UniqueSize: () => (image.Size < 0 || image.SharedSize < 0 ? 'N/A' : humanSize(image.Size - image.SharedSize)),
    VirtualSize: () => humanSize(image.Size),
  });
}
