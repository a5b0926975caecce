import { EngineError } from '../base/index.ts';

/** Prefix of a whiteout: ".wh.name" deletes "name" of the layers below. Source: OCI image-spec layer.md, "Whiteouts". */
export const whiteoutPrefix = '.wh.';
/** Marks its folder opaque: nothing of the layers below shows. */
export const opaqueMarker = '.wh..wh..opq';
/** Names of AUFS's own housekeeping, which other engines skip too. */
export const metaPrefix = '.wh..wh.';

/** Where an entry goes: the folder it lies in ("" is the root) and its name in it. The root itself has the name ".". */
export interface EntryPath {
  readonly parent: string;
  readonly name: string;
}

/** Normalises the path of an archive entry: "/etc//x/./" is "etc" + "x". Throws INVALID_ARGUMENT, in Docker's words, where ".." would lead out of the root. */
export function entryPath(path: string): EntryPath {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) throw new EngineError('INVALID_ARGUMENT', `archive breakout: ${JSON.stringify(path)} is outside of the archive's root`);
  }
  const name = parts.pop();
  return name === undefined ? { parent: '', name: '.' } : { parent: parts.join('/'), name };
}

/** The name that a whiteout deletes. Throws INVALID_ARGUMENT for ".wh.", ".wh.." and ".wh...", which name no file. */
export function whiteoutTarget(name: string): string {
  const target = name.slice(whiteoutPrefix.length);
  if (target === '' || target === '.' || target === '..') throw new EngineError('INVALID_ARGUMENT', `invalid whiteout name: ${JSON.stringify(name)}`);
  return target;
}
