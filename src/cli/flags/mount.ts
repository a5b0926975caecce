import type { Mount, MountType, Propagation } from '../../api/index.ts';
import { splitComma } from '../parse/split-comma.ts';
import { parseBytes } from './bytes.ts';

type Draft = { -readonly [K in keyof Mount]?: Mount[K] };

/** A mount of "type=bind,source=/src,target=/dst,readonly". Throws with Docker's words. */
export function parseMount(text: string): Mount {
  const draft: Draft = { Type: 'volume' };
  const options = new Map<string, string>();
  let source = '';
  for (const field of splitComma(text)) {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? undefined : field.slice(equals + 1);
    if (value === undefined && !FLAGS.has(key)) throw new Error(`invalid field '${field}' must be a key=value pair`);
    if (key === 'source' || key === 'src') source = value ?? '';
    else applyField(draft, options, key, value, field);
  }
  return finish(draft, source, options);
}

const FLAGS = new Set(['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive', 'bind-create-src']);

function applyField(draft: Draft, options: Map<string, string>, key: string, value: string | undefined, field: string): void {
  switch (key) {
    case 'type':
      draft.Type = (value ?? '').toLowerCase() as MountType;
      return;
    case 'target':
    case 'dst':
    case 'destination':
      draft.Target = value ?? '';
      return;
    case 'readonly':
    case 'ro':
      draft.ReadOnly = boolean(key, value);
      return;
    case 'consistency':
      draft.Consistency = (value ?? '').toLowerCase();
      return;
    case 'bind-propagation':
      draft.BindOptions = { ...draft.BindOptions, Propagation: (value ?? '').toLowerCase() as Propagation };
      return;
    case 'bind-nonrecursive':
      draft.BindOptions = { ...draft.BindOptions, NonRecursive: boolean(key, value) };
      return;
    case 'bind-create-src':
      draft.BindOptions = { ...draft.BindOptions, CreateMountpoint: boolean(key, value) };
      return;
    case 'bind-recursive':
      draft.BindOptions = { ...draft.BindOptions, ...recursion(value ?? '') };
      return;
    case 'volume-nocopy':
      draft.VolumeOptions = { ...draft.VolumeOptions, NoCopy: boolean(key, value) };
      return;
    case 'volume-subpath':
      draft.VolumeOptions = { ...draft.VolumeOptions, Subpath: value ?? '' };
      return;
    case 'volume-label':
      draft.VolumeOptions = { ...draft.VolumeOptions, Labels: { ...draft.VolumeOptions?.Labels, ...pair(value ?? '') } };
      return;
    case 'volume-driver':
      draft.VolumeOptions = { ...draft.VolumeOptions, DriverConfig: { ...draft.VolumeOptions?.DriverConfig, Name: value ?? '' } };
      return;
    case 'volume-opt':
      for (const [name, setting] of Object.entries(pair(value ?? ''))) options.set(name, setting);
      return;
    case 'image-subpath':
      draft.ImageOptions = { ...draft.ImageOptions, Subpath: value ?? '' };
      return;
    case 'tmpfs-size':
      draft.TmpfsOptions = { ...draft.TmpfsOptions, SizeBytes: size(key, value ?? '') };
      return;
    case 'tmpfs-mode':
      if (!/^[0-7]+$/.test(value ?? '')) throw new Error(`invalid value for ${key}: ${value}`);
      draft.TmpfsOptions = { ...draft.TmpfsOptions, Mode: Number.parseInt(value ?? '', 8) };
      return;
    default:
      throw new Error(`unknown option '${key}' in '${field}'`);
  }
}

function finish(draft: Draft, source: string, options: ReadonlyMap<string, string>): Mount {
  const type = draft.Type ?? 'volume';
  if (!type) throw new Error('type is required');
  if (!draft.Target) throw new Error('target is required');
  if (options.size > 0) {
    draft.VolumeOptions = { ...draft.VolumeOptions, DriverConfig: { ...draft.VolumeOptions?.DriverConfig, Options: Object.fromEntries(options) } };
  }
  if (draft.VolumeOptions && type !== 'volume') throw new Error(`cannot mix 'volume-*' options with mount type '${type}'`);
  if (draft.ImageOptions && type !== 'image') throw new Error(`cannot mix 'image-*' options with mount type '${type}'`);
  if (draft.BindOptions && type !== 'bind') throw new Error(`cannot mix 'bind-*' options with mount type '${type}'`);
  if (draft.TmpfsOptions && type !== 'tmpfs') throw new Error(`cannot mix 'tmpfs-*' options with mount type '${type}'`);
  checkRecursion(draft);
  return {
    ...draft,
    Type: type,
    Target: draft.Target,
    ...(source === '' ? {} : { Source: type === 'bind' && /^\.\.?(\/|$)/.test(source) ? absolute(source) : source }),
  };
}

function checkRecursion({ BindOptions: bind, ReadOnly: readOnly }: Draft): void {
  if (bind?.ReadOnlyNonRecursive && !readOnly) throw new Error("option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction");
  if (!bind?.ReadOnlyForceRecursive) return;
  if (!readOnly) throw new Error("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction");
  if (bind.Propagation !== 'rprivate') throw new Error("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction");
}

function recursion(value: string): NonNullable<Mount['BindOptions']> {
  switch (value) {
    case 'enabled':
      return {};
    case 'disabled':
      return { NonRecursive: true };
    case 'writable':
      return { ReadOnlyNonRecursive: true };
    case 'readonly':
      return { ReadOnlyForceRecursive: true };
    default:
      throw new Error(`invalid value for bind-recursive: ${value} (must be "enabled", "disabled", "writable", or "readonly")`);
  }
}

function boolean(key: string, value: string | undefined): boolean {
  if (value === undefined) return true;
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) return false;
  throw new Error(`invalid value for ${key}: ${value}`);
}

function size(key: string, value: string): number {
  try {
    return parseBytes(value);
  } catch (cause) {
    throw new Error(`invalid value for ${key}: ${value}`, { cause });
  }
}

function pair(text: string): Record<string, string> {
  const equals = text.indexOf('=');
  return equals < 0 ? { [text]: '' } : { [text.slice(0, equals)]: text.slice(equals + 1) };
}

function absolute(path: string): string {
  return `${process.cwd()}/${path}`.replaceAll(/\/\.(?=\/|$)/g, '').replace(/\/[^/]+\/\.\.(?=\/|$)/, '') || '/';
}
