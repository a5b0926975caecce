/** One side of a copy: a path of this machine, or of a container. */
export interface CopyPlace {
  readonly container?: string;
  readonly path: string;
}

/** "web:/etc/hosts" names a container; "./a:b", "/a:b" and words without a colon are paths of this machine. */
export function parsePlace(text: string): CopyPlace {
  const colon = text.indexOf(':');
  if (text.startsWith('/') || text.startsWith('.') || colon < 0) return { path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** What the destination is before the copy. */
export interface Destination {
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
}

/** What is copied. `path` is as the user wrote it. */
export interface Source {
  readonly path: string;
  readonly isDirectory: boolean;
}

/** Where members of the archive go: into `directory`, with `from` at the head of their names replaced by `to`. */
export interface CopyPlan {
  readonly directory: string;
  readonly from: string;
  readonly to: string;
}

/** Decides as `cp -a` does. Throws in Docker's words when the two do not fit. Source: docker/cli "docker container cp", Extended description. */
export function planCopy(source: Source, destination: Destination): CopyPlan {
  const { path, exists, isDirectory } = destination;
  const from = baseName(source.path) || '/';
  const bare = path.replace(/(.)\/+$/, '$1');
  if (exists && isDirectory) {
    const contentsOnly = source.isDirectory && /(^|\/)\.$/.test(source.path);
    return { directory: path, from, to: contentsOnly ? '.' : from === '/' ? '.' : from };
  }
  if (exists) {
    if (source.isDirectory) throw new Error('cannot copy directory');
    return { directory: parentOf(bare), from, to: baseName(bare) };
  }
  if (!source.isDirectory && /\/\.?$/.test(path)) throw new Error('no such directory');
  return { directory: parentOf(bare), from, to: baseName(bare) };
}

/** The last part of a path without trailing slashes and dots: "a" of "/x/a/.". */
export function baseName(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.at(-1) ?? '';
}

/** The folder that holds a path. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : slash === 0 ? '/' : path.slice(0, slash);
}

/** A member's name under the plan: "src/a" with src → dst is "dst/a". */
export function renameMember(name: string, { from, to }: CopyPlan): string {
  const clean = name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  if (from === '/') return to === '.' ? clean : `${to}/${clean}`;
  const rest = clean === from ? '' : clean.startsWith(`${from}/`) ? clean.slice(from.length + 1) : clean;
  return to === '.' ? rest || '.' : rest === '' ? to : `${to}/${rest}`;
}
