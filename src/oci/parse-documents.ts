import { EngineError } from '../base/index.ts';
import { isDigest } from './digest.ts';
import type { Digest } from './digest.ts';
import { isIndexType, MediaType } from './media-types.ts';
import type { Descriptor, HistoryEntry, ImageConfig, Index, Manifest, Platform, RunConfig } from './types.ts';

type Json = Readonly<Record<string, unknown>>;

/** Longest manifest, index or config that is read; registries refuse more than 4 MiB too. */
export const documentLimit = 4 << 20;

/** Reads a manifest or an index, whose digest the caller has verified. A document that could be both is refused (CVE-2021-41190). Throws INVALID_ARGUMENT. */
export function parseManifest(bytes: Uint8Array | string, contentType = ''): Manifest | Index {
  const json = parseObject(bytes, 'manifest');
  if (json['schemaVersion'] !== 2) {
    throw invalid(`unsupported manifest schema version ${String(json['schemaVersion'])}: only version 2 is supported`);
  }
  const hasManifests = json['manifests'] !== undefined;
  if (hasManifests && (json['layers'] !== undefined || json['config'] !== undefined))
    throw invalid('invalid manifest: it is a manifest and a list of manifests at once');
  const given = text(json['mediaType']) ?? contentType.split(';')[0]?.trim() ?? '';
  const mediaType = given || (hasManifests ? MediaType.ociIndex : MediaType.ociManifest);
  if (isIndexType(mediaType) !== hasManifests) throw invalid(`invalid manifest: its contents do not fit its media type ${mediaType}`);
  const annotations = texts(json['annotations']);
  const common = { schemaVersion: 2, mediaType, ...(annotations && { annotations }) } as const;
  if (hasManifests) return { ...common, manifests: list(json['manifests'], 'manifests').map(parseDescriptor) };
  return { ...common, config: parseDescriptor(json['config']), layers: list(json['layers'], 'layers').map(parseDescriptor) };
}

/** True for a list of manifests. */
export function isIndex(document: Manifest | Index): document is Index {
  return 'manifests' in document;
}

/** Checks a descriptor: digest, size, media type. */
export function parseDescriptor(value: unknown): Descriptor {
  const json = object(value, 'descriptor');
  const digest = digestAt(json['digest']);
  const size = json['size'];
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw invalid(`invalid descriptor: size ${String(size)}`);
  const platform = json['platform'] === undefined || json['platform'] === null ? undefined : parsePlatformObject(json['platform']);
  const annotations = texts(json['annotations']);
  return { mediaType: text(json['mediaType']) ?? '', digest, size, ...(platform && { platform }), ...(annotations && { annotations }) };
}

/** Reads an image config, whose digest the caller has verified. Fields are checked for their kind; what we do not know is kept. Throws INVALID_ARGUMENT. */
export function parseConfig(bytes: Uint8Array | string): ImageConfig {
  const json = parseObject(bytes, 'image config');
  const rootfs = object(json['rootfs'] ?? { type: 'layers', diff_ids: [] }, 'rootfs');
  const diffIds = list(rootfs['diff_ids'] ?? [], 'rootfs.diff_ids').map(digestAt);
  const history = list(json['history'] ?? [], 'history').map((entry) => parseHistory(entry));
  const created = text(json['created']);
  if (created !== undefined && Number.isNaN(Date.parse(created))) throw invalid(`invalid image config: created ${JSON.stringify(created)}`);
  return {
    ...json,
    os: text(json['os']) || 'linux',
    architecture: text(json['architecture']) || '',
    config: parseRunConfig(json['config'] ?? {}),
    rootfs: { type: 'layers', diff_ids: diffIds },
    ...(json['history'] !== undefined && { history }),
  };
}

function parseRunConfig(value: unknown): RunConfig {
  const json = object(value, 'config');
  for (const key of ['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'])
    if (!isTextList(json[key])) throw invalid(`invalid image config: ${key} is not a list of strings`);
  for (const key of ['User', 'WorkingDir', 'StopSignal'])
    if (!isMissing(json[key]) && typeof json[key] !== 'string') throw invalid(`invalid image config: ${key} is not a string`);
  for (const key of ['ExposedPorts', 'Volumes', 'Labels', 'Healthcheck']) if (!isMissing(json[key])) object(json[key], `config.${key}`);
  texts(json['Labels']);
  return json;
}

function parseHistory(value: unknown): HistoryEntry {
  const json = object(value, 'history entry');
  return {
    ...(typeof json['created'] === 'string' && { created: json['created'] }),
    ...(typeof json['created_by'] === 'string' && { created_by: json['created_by'] }),
    ...(typeof json['author'] === 'string' && { author: json['author'] }),
    ...(typeof json['comment'] === 'string' && { comment: json['comment'] }),
    ...(json['empty_layer'] === true && { empty_layer: true }),
  };
}

function parsePlatformObject(value: unknown): Platform {
  const json = object(value, 'platform');
  const variant = text(json['variant']);
  const version = text(json['os.version']);
  return { os: text(json['os']) ?? '', architecture: text(json['architecture']) ?? '', ...(variant && { variant }), ...(version && { 'os.version': version }) };
}

function parseObject(bytes: Uint8Array | string, what: string): Json {
  const source = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
  if (source.length > documentLimit) throw invalid(`invalid ${what}: longer than ${documentLimit} bytes`);
  try {
    return object(JSON.parse(source), what);
  } catch (cause) {
    throw cause instanceof EngineError ? cause : new EngineError('INVALID_ARGUMENT', `invalid ${what}: no JSON`, { cause });
  }
}

function object(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`invalid ${what}: an object is expected`);
  return value as Json;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value) || value.length > 10_000) throw invalid(`invalid ${what}: a list is expected`);
  return value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): Readonly<Record<string, string>> | undefined {
  if (isMissing(value)) return undefined;
  const json = object(value, 'map of strings');
  if (!Object.values(json).every((entry) => typeof entry === 'string')) throw invalid('invalid map: a value is not a string');
  return json as Readonly<Record<string, string>>;
}

function isTextList(value: unknown): boolean {
  return isMissing(value) || (Array.isArray(value) && value.every((entry) => typeof entry === 'string'));
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function digestAt(value: unknown): Digest {
  if (typeof value === 'string' && isDigest(value)) return value;
  throw invalid(`invalid digest format: ${JSON.stringify(value)?.slice(0, 100)}`);
}

function invalid(message: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', message);
}
