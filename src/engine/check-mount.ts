import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Mount } from '../api/index.ts';
import { checkTypes } from './check-create.ts';
import { invalid } from './invalid.ts';
import { checkTarget } from './parse-bind.ts';

const optionsOf: Readonly<Record<string, string>> = { bind: 'BindOptions', volume: 'VolumeOptions', tmpfs: 'TmpfsOptions', image: 'ImageOptions' };

/** Refuses a mount that can never be made, in Docker's words. Source: moby volume/mounts/linux_parser.go, validateMountConfig. */
export function checkMount(mount: Mount): void {
  checkTypes(mount as unknown as Record<string, unknown>, {
    Type: 'string',
    Source: 'string',
    Target: 'string',
    ReadOnly: 'boolean',
    BindOptions: 'object',
    VolumeOptions: 'object',
    TmpfsOptions: 'object',
    ImageOptions: 'object',
  });
  const { Type: type, Source: source = '', Target: target }: Partial<Mount> = mount;
  const wrong = (reason: string): Error => invalid(`invalid mount config for type "${type ?? ''}": ${reason}`);
  if (!target) throw wrong('field Target must not be empty');
  if (!type || !(type in optionsOf)) throw wrong('mount type unknown');
  checkTarget(type, target, invalid);
  for (const [kind, field] of Object.entries(optionsOf)) {
    if (kind !== type && mount[field as keyof Mount] !== undefined && mount[field as keyof Mount] !== null)
      throw invalid(`${field} must not be specified on mount type "${type}"`);
  }
  if (type === 'tmpfs' && source !== '') throw wrong('field Source must not be specified');
  if ((type === 'bind' || type === 'image') && source === '') throw wrong('field Source must not be empty');
  if (type === 'bind') checkBind(mount, wrong);
  if (type === 'volume') checkSubpath(mount.VolumeOptions?.Subpath, wrong);
  if (type === 'image') checkSubpath(mount.ImageOptions?.Subpath, wrong);
}

function checkBind(mount: Mount, wrong: (reason: string) => Error): void {
  const { Source: source = '', BindOptions: options } = mount;
  if (!isAbsolute(source)) throw wrong(`invalid mount path: '${source}' mount path must be absolute`);
  if (options?.ReadOnlyNonRecursive && !mount.ReadOnly) throw wrong('mount source is not read-only: cannot be both rw and ReadOnlyNonRecursive');
  if (options?.ReadOnlyForceRecursive && !mount.ReadOnly) throw wrong('mount source is not read-only: cannot be both rw and ReadOnlyForceRecursive');
  if (!options?.CreateMountpoint && !existsSync(source)) throw wrong(`bind source path does not exist: ${source}`);
}

function checkSubpath(subpath: string | undefined, wrong: (reason: string) => Error): void {
  if (!subpath) return;
  if (isAbsolute(subpath) || subpath.split('/').includes('..')) throw wrong('subpath must be a relative path within the volume');
}
