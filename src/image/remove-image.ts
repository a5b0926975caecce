import { EngineError, shortId } from '../base/index.ts';
import { familiarReference, parseReference, repositoryOf, withDefaultTag } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { releaseImage } from './collect-garbage.ts';
import type { ImageContext } from './context.ts';
import { isIdPrefix, resolveImage } from './find-image.ts';
import type { RemovedImage } from './types.ts';

/** How an image goes. */
export interface RemoveOptions {
  readonly force?: boolean;
  /** Keeps unnamed parents. */
  readonly noPrune?: boolean;
}

/** What goes, line by line as the API answers, and the layers' bytes. */
export interface Removal {
  readonly removed: RemovedImage[];
  reclaimedBytes: number;
}

/** Takes a name from an image, and deletes it with its last name; by id, deletes it with all names. Rules and words of moby's daemon/images/image_delete.go. Throws CONFLICT. */
export function removeImage(context: ImageContext, text: string, options: RemoveOptions = {}): Removal {
  const id = resolveImage(context.library, text);
  const removal: Removal = { removed: [], reclaimedBytes: 0 };
  const force = options.force === true;
  if (isIdPrefix(id, text)) {
    removeById(context, id, { force, removal });
    return deleteImage(context, id, { force, prune: options.noPrune !== true, quiet: false, removal });
  }
  const last = untag(context, id, { text, force, removal });
  return last ? deleteImage(context, id, { force, prune: options.noPrune !== true, quiet: true, removal }) : removal;
}

interface Step {
  readonly force: boolean;
  readonly removal: Removal;
}

function removeById(context: ImageContext, id: Digest, { force, removal }: Step): void {
  const names = context.library.namesOf(id);
  if (!isSingleReference(names)) return;
  refuse(conflict(context, id, { children: true, running: true, stopped: !force, references: false }));
  for (const name of names) dropName(context, id, { name, removal });
}

/** True when the image has no name left afterwards. */
function untag(context: ImageContext, id: Digest, { text, force, removal }: Step & { readonly text: string }): boolean {
  const { library } = context;
  const user = context.usersOf(id)[0];
  if (!force && user && isSingleReference(library.namesOf(id))) {
    throw new EngineError(
      'CONFLICT',
      `conflict: unable to remove repository reference "${text}" (must force) - container ${shortId(user.containerId)} is using its referenced image ${shortId(id)}`,
    );
  }
  const { tag, digest, ...repository } = withDefaultTag(parseReference(text));
  const name = `${repositoryOf(repository)}${digest ? `@${digest}` : `:${tag}`}`;
  dropName(context, id, { name, removal });
  const sameRepository = library.namesOf(id).filter((other) => repositoryOf(parseReference(other)) === repositoryOf(repository));
  if (!digest && !sameRepository.some((other) => !other.includes('@'))) for (const other of sameRepository) dropName(context, id, { name: other, removal });
  return library.namesOf(id).length === 0;
}

function dropName(context: ImageContext, id: Digest, { name, removal }: { readonly name: string; readonly removal: Removal }): void {
  context.library.deleteName(name);
  const familiar = familiarReference(parseReference(name));
  removal.removed.push({ Untagged: familiar });
  context.publish({ Action: 'untag', id, attributes: { name: id } });
}

interface Deletion extends Step {
  readonly prune: boolean;
  /** A name was removed already, or it is a parent: a conflict then only means that the image stays. */
  readonly quiet: boolean;
}

function deleteImage(context: ImageContext, id: Digest, { force, prune, quiet, removal }: Deletion): Removal {
  const { library } = context;
  const row = library.row(id);
  if (!row) return removal;
  const found = conflict(context, id, { children: true, running: true, stopped: !force, references: !force });
  if (found && quiet && (library.namesOf(id).length > 0 || library.childrenOf(id).length > 0 || found.used)) return removal;
  refuse(found);
  for (const name of library.namesOf(id)) dropName(context, id, { name, removal });
  library.deleteImage(id);
  const released = releaseImage(context, row);
  context.publish({ Action: 'delete', id, attributes: { name: id } });
  removal.removed.push({ Deleted: id }, ...released.layers.map((layer) => ({ Deleted: layer })));
  removal.reclaimedBytes += released.sizeBytes;
  if (!prune || !row.parent || library.namesOf(row.parent).length > 0) return removal;
  return deleteImage(context, row.parent, { force: false, prune: true, quiet: true, removal });
}

interface Conflict {
  readonly hard: boolean;
  readonly used: boolean;
  readonly id: Digest;
  readonly why: string;
}

interface Checks {
  readonly children: boolean;
  readonly running: boolean;
  readonly stopped: boolean;
  readonly references: boolean;
}

function conflict(context: ImageContext, id: Digest, checks: Checks): Conflict | undefined {
  if (context.holds.has(id)) return { hard: true, used: true, id, why: 'image is being used by an operation in progress' };
  if (checks.children && context.library.childrenOf(id).length > 0) return { hard: true, used: false, id, why: 'image has dependent child images' };
  const users = context.usersOf(id);
  const running = users.find((user) => user.running);
  if (checks.running && running) return { hard: true, used: true, id, why: `image is being used by running container ${shortId(running.containerId)}` };
  if (checks.references && context.library.namesOf(id).length > 1) return { hard: false, used: false, id, why: 'image is referenced in multiple repositories' };
  const stopped = users.find((user) => !user.running);
  if (checks.stopped && stopped) return { hard: false, used: true, id, why: `image is being used by stopped container ${shortId(stopped.containerId)}` };
  return undefined;
}

function refuse(found: Conflict | undefined): void {
  if (found) throw new EngineError('CONFLICT', `conflict: unable to delete ${shortId(found.id)} (${found.hard ? 'cannot' : 'must'} be forced) - ${found.why}`);
}

/** True when all names are in one repository and at most one of them is a tag. */
function isSingleReference(names: readonly string[]): boolean {
  if (names.length <= 1) return true;
  const tags = names.filter((name) => !name.includes('@'));
  const repositories = new Set(names.map((name) => repositoryOf(parseReference(name))));
  return tags.length <= 1 && repositories.size === 1;
}
