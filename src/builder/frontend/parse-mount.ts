import { posix } from 'node:path';

import { EngineError } from '../../base/index.ts';

/** Fields of one `--mount` flag, checked, before stages are looked up. */
export interface MountFields {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret';
  readonly target: string | undefined;
  readonly source: string | undefined;
  readonly from: string | undefined;
  readonly id: string | undefined;
  readonly env: string | undefined;
  readonly readOnly: boolean | undefined;
  readonly required: boolean;
  readonly sharing: 'shared' | 'private' | 'locked' | undefined;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly sizeBytes: number | undefined;
}

const ALIASES: Readonly<Record<string, string>> = { dst: 'target', destination: 'target', src: 'source', ro: 'readonly', rw: 'readwrite' };
const COMMON = ['type', 'target'];
const ALLOWED: Readonly<Record<MountFields['type'], readonly string[]>> = {
  bind: [...COMMON, 'source', 'from', 'readonly', 'readwrite'],
  cache: [...COMMON, 'source', 'from', 'readonly', 'readwrite', 'id', 'sharing', 'mode', 'uid', 'gid'],
  tmpfs: [...COMMON, 'size', 'readonly', 'readwrite'],
  secret: [...COMMON, 'source', 'id', 'env', 'required', 'mode', 'uid', 'gid'],
};

/** Reads "type=cache,target=/root/.npm,sharing=locked". `expand` replaces variables in a value. Throws INVALID_ARGUMENT with BuildKit's texts. */
export function parseMount(text: string, expand: (value: string) => string): MountFields {
  const fields = splitFields(text, expand);
  const type = mountType(fields.get('type') ?? 'bind');
  for (const key of fields.keys()) if (!ALLOWED[type].includes(key)) throw unexpected(key, type, fields.get(key) ?? '');
  const writable = flag(fields, 'readwrite');
  return {
    type,
    target: fields.get('target'),
    source: fields.get('source'),
    from: fields.get('from'),
    id: fields.get('id'),
    env: fields.get('env'),
    readOnly: writable === undefined ? flag(fields, 'readonly') : !writable,
    required: flag(fields, 'required') ?? false,
    sharing: sharingOf(fields.get('sharing')),
    mode: numberOf(fields, 'mode', 8),
    uid: numberOf(fields, 'uid', 10),
    gid: numberOf(fields, 'gid', 10),
    sizeBytes: sizeOf(fields.get('size')),
  };
}

/** A mount's place: absolute, below the working directory when relative, never the root itself. */
export function mountTarget(target: string | undefined, cwd: string): string {
  if (target === undefined || target === '') throw new EngineError('INVALID_ARGUMENT', 'mount target is required');
  const path = posix.resolve(cwd, target);
  if (path === '/') throw new EngineError('INVALID_ARGUMENT', `invalid mount target "${target}": the root file system cannot be mounted over`);
  return path;
}

function splitFields(text: string, expand: (value: string) => string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const field of csvFields(text)) {
    const cut = field.indexOf('=');
    const name = (cut < 0 ? field : field.slice(0, cut)).toLowerCase();
    const key = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
    if (cut < 0 && !['readonly', 'readwrite', 'required'].includes(key))
      throw new EngineError('INVALID_ARGUMENT', `invalid field '${field}' must be a key=value pair`);
    const value = cut < 0 ? 'true' : field.slice(cut + 1);
    if (key === 'from' && value.includes('$'))
      throw new EngineError('INVALID_ARGUMENT', "'from' doesn't support variable expansion, define alias stage instead");
    fields.set(key, key === 'from' ? value : expand(value));
  }
  return fields;
}

/** Comma-separated values; a field in double quotes may hold commas. */
function csvFields(text: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  return fields;
}

function mountType(type: string): MountFields['type'] {
  if (type === 'bind' || type === 'cache' || type === 'tmpfs' || type === 'secret') return type;
  if (type === 'ssh')
    throw new EngineError(
      'NOT_IMPLEMENTED',
      'RUN --mount=type=ssh is not supported: no agent of the client is reachable from a build here. Hand a deploy key in with --secret and use --mount=type=secret',
    );
  throw new EngineError('INVALID_ARGUMENT', `unsupported mount type ${JSON.stringify(type)}`);
}

function unexpected(key: string, type: string, value: string): EngineError {
  const known = Object.values(ALLOWED).some((names) => names.includes(key));
  return new EngineError(
    'INVALID_ARGUMENT',
    known ? `${key} not allowed for ${JSON.stringify(type)} type mounts` : `unexpected key '${key}' in '${key}=${value}'`,
  );
}

function flag(fields: ReadonlyMap<string, string>, key: string): boolean | undefined {
  const value = fields.get(key)?.toLowerCase();
  if (value === undefined) return undefined;
  if (['1', 't', 'true'].includes(value)) return true;
  if (['0', 'f', 'false'].includes(value)) return false;
  throw new EngineError('INVALID_ARGUMENT', `invalid value for ${key}: ${value}`);
}

function sharingOf(value: string | undefined): MountFields['sharing'] {
  if (value === undefined || value === 'shared' || value === 'private' || value === 'locked') return value;
  throw new EngineError('INVALID_ARGUMENT', `unsupported sharing value ${JSON.stringify(value)}`);
}

function numberOf(fields: ReadonlyMap<string, string>, key: string, radix: 8 | 10): number | undefined {
  const value = fields.get(key);
  if (value === undefined) return undefined;
  if (!(radix === 8 ? /^[0-7]{1,5}$/ : /^\d{1,10}$/).test(value)) throw new EngineError('INVALID_ARGUMENT', `invalid value ${value} for ${key}`);
  return Number.parseInt(value, radix);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

function sizeOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?$/i.exec(value) ?? [];
  if (amount === undefined) throw new EngineError('INVALID_ARGUMENT', `invalid size: '${value}'`);
  return Math.trunc(Number(amount) * (UNITS[(unit ?? '').toLowerCase()] ?? 1));
}
