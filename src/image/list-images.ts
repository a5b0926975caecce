import { EngineError } from '../base/index.ts';
import { familiarName, familiarReference, parseReference } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import type { ImageContext } from './context.ts';
import { resolveImage } from './find-image.ts';
import type { ImageRow } from './library.ts';
import { matchesPattern } from './match-pattern.ts';
import { parseUntil } from './parse-until.ts';
import type { ImageRecord, ListOptions } from './types.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

const known = new Set(['dangling', 'label', 'label!', 'before', 'since', 'until', 'reference']);

/** Images, newest first. Throws INVALID_ARGUMENT for filters that Docker does not know, or values it cannot read. */
export function listImages(context: ImageContext, options: ListOptions = {}): readonly ImageRecord[] {
  const filters = options.filters ?? {};
  for (const name of Object.keys(filters)) if (!known.has(name) || name === 'label!') throw new EngineError('INVALID_ARGUMENT', `invalid filter '${name}'`);
  const dangling = danglingOf(filters);
  const accepts = acceptor(context, filters);
  return context.library
    .rows()
    .filter((row) => isShown(context, row, { dangling, all: options.all === true }))
    .map(({ id }) => withMatchingNames(context.library.image(id), filters['reference'] ?? []))
    .filter((image): image is ImageRecord => image !== undefined && accepts(image))
    .sort((a, b) => Date.parse(b.created) - Date.parse(a.created));
}

/** The value of filter "dangling"; undefined where it is not given. */
export function danglingOf(filters: Filters): boolean | undefined {
  const values = filters['dangling'];
  if (!values || values.length === 0) return undefined;
  const wanted = values.map((value) => ({ true: true, '1': true, t: true, false: false, '0': false, f: false })[value.toLowerCase()]);
  if (wanted.length > 1 || wanted[0] === undefined) throw new EngineError('INVALID_ARGUMENT', `invalid filter 'dangling=[${values.join(' ')}]'`);
  return wanted[0];
}

/** Tests an image against the filters that are about its config and its age. */
export function acceptor(context: ImageContext, filters: Filters): (image: ImageRecord) => boolean {
  const createdAt = (reference: string): number => Date.parse(context.library.image(resolveImage(context.library, reference)).created);
  const before = (filters['before'] ?? []).map(createdAt);
  const since = (filters['since'] ?? []).map(createdAt);
  const until = (filters['until'] ?? []).map((value) => parseUntil(value, context.now()));
  const labels = filters['label'] ?? [];
  const noLabels = filters['label!'] ?? [];
  return (image) => {
    const created = Date.parse(image.created);
    return (
      before.every((limit) => created < limit) &&
      since.every((limit) => created > limit) &&
      until.every((limit) => created < limit) &&
      labels.every((label) => hasLabel(image, label)) &&
      !noLabels.some((label) => hasLabel(image, label))
    );
  };
}

function hasLabel(image: ImageRecord, label: string): boolean {
  const labels = image.config.config?.Labels ?? {};
  const [name = '', value] = label.split(/=(.*)/s);
  return Object.hasOwn(labels, name) && (value === undefined || labels[name] === value);
}

/** Images without a name are shown when nothing was built on them. */
function isShown({ library }: ImageContext, row: ImageRow, wanted: { readonly dangling: boolean | undefined; readonly all: boolean }): boolean {
  const named = library.namesOf(row.id).length > 0;
  if (wanted.dangling !== undefined) return wanted.dangling ? isDangling(library.namesOf(row.id)) && library.childrenOf(row.id).length === 0 : named;
  return named || wanted.all || library.childrenOf(row.id).length === 0;
}

function isDangling(names: readonly string[]): boolean {
  return names.length === 0;
}

/** The image with those of its names that match a pattern; undefined where none does. */
function withMatchingNames(image: ImageRecord, patterns: readonly string[]): ImageRecord | undefined {
  if (patterns.length === 0) return image;
  const matching = (name: string): boolean => patterns.some((pattern) => matchesReference(pattern, name));
  const [repoTags, repoDigests] = [image.repoTags.filter(matching), image.repoDigests.filter(matching)];
  return repoTags.length + repoDigests.length > 0 ? { ...image, repoTags, repoDigests } : undefined;
}

function matchesReference(pattern: string, name: string): boolean {
  const reference = parseReference(name);
  return matchesPattern(pattern, familiarReference(reference)) || matchesPattern(pattern, familiarName(reference));
}

/** Ids of images that have no name and no child. */
export function danglingIds({ library }: ImageContext): readonly Digest[] {
  return library
    .rows()
    .filter(({ id }) => isDangling(library.namesOf(id)) && library.childrenOf(id).length === 0)
    .map(({ id }) => id);
}
