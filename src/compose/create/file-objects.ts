import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { EngineError } from '../../base/index.ts';
import type { FileObjectConfig, FileReference, MountConfig, Project, Service } from '../../compose-file/index.ts';

/** A config or secret that is copied into the container before it starts. */
export interface InjectedFile {
  /** Absolute path in the container. */
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Buffer;
}

/** How a service's configs and secrets come into its containers. */
export interface FileObjects {
  /** Files of the host that are mounted as they are. */
  readonly mounts: readonly MountConfig[];
  readonly injected: readonly InjectedFile[];
  /** Folders of injected files that lie on a volume of their own, because the root file system is read-only. */
  readonly volumes: readonly string[];
}

/**
 * A file with no word about its owner and mode is mounted; everything else is copied, so that uid, gid and mode hold.
 * Docker Compose mounts files always and ignores their uid, gid and mode.
 */
export function fileObjects(service: Service, project: Project): FileObjects {
  const mounts: MountConfig[] = [];
  const injected: InjectedFile[] = [];
  for (const [reference, object, kind] of references(service, project)) {
    const path = targetPath(reference, kind);
    const plain = reference.uid === undefined && reference.gid === undefined && reference.mode === undefined;
    if (object.file !== undefined && plain)
      mounts.push({ type: 'bind', source: object.file, target: path, read_only: true, bind: { create_host_path: false } });
    else injected.push(inject(reference, path, contentOf(object, kind, project)));
  }
  const volumes =
    service.read_only === true ? [...new Set(injected.map(({ path }) => posix.dirname(path)).filter((folder) => !writable(service, folder)))] : [];
  const root = volumes.find((folder) => folder === '/');
  if (root !== undefined) {
    throw new EngineError(
      'INVALID_ARGUMENT',
      `service "${service.name}" has a read-only root file system, where a config or secret cannot be copied to "/": give it a "target" in a folder of its own`,
    );
  }
  return { mounts, injected, volumes };
}

/** A hash of everything that is copied; "" when nothing is. */
export function filesHash(files: readonly InjectedFile[]): string {
  if (!files.length) return '';
  const hash = createHash('sha256');
  for (const { path, uid, gid, mode, content } of files) hash.update(JSON.stringify([path, uid, gid, mode, content.length])).update(content);
  return hash.digest('hex');
}

type Kind = 'secret' | 'config';

function references(service: Service, project: Project): (readonly [FileReference, FileObjectConfig, Kind])[] {
  const of = (kind: Kind, used: readonly FileReference[] | undefined, declared: Project['secrets']) =>
    (used ?? []).map((reference) => {
      const object = declared[reference.source];
      if (!object) throw new EngineError('INVALID_ARGUMENT', `service "${service.name}" refers to undefined ${kind} ${reference.source}`);
      if (object.external === true)
        throw new EngineError('NOT_IMPLEMENTED', `unsupported external ${kind} ${object.name}: only Swarm has them; use "file" or "environment"`);
      if (object.driver !== undefined)
        throw new EngineError('NOT_IMPLEMENTED', `unsupported ${kind} driver "${object.driver}" of ${object.name}: use "file" or "environment"`);
      return [reference, object, kind] as const;
    });
  return [...of('secret', service.secrets, project.secrets), ...of('config', service.configs, project.configs)];
}

function targetPath({ source, target }: FileReference, kind: Kind): string {
  const path = target ?? (kind === 'secret' ? `/run/secrets/${source}` : `/${source}`);
  return path.startsWith('/') ? path : kind === 'secret' ? `/run/secrets/${path}` : `/${path}`;
}

function contentOf(object: FileObjectConfig, kind: Kind, project: Project): Buffer {
  if (object.content !== undefined) return Buffer.from(object.content);
  if (object.file !== undefined) return readObject(object.file, kind);
  const value = project.environment[object.environment ?? ''];
  if (value === undefined)
    throw new EngineError('INVALID_ARGUMENT', `environment variable "${object.environment}" required by ${kind} "${object.name}" is not set`);
  return Buffer.from(value);
}

function readObject(file: string, kind: Kind): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new EngineError('NOT_FOUND', `${kind} file ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function inject({ uid, gid, mode }: FileReference, path: string, content: Buffer): InjectedFile {
  const number = (text: string | undefined, what: string): number => {
    if (text === undefined) return 0;
    if (!/^\d+$/.test(text)) throw new EngineError('INVALID_ARGUMENT', `${path}: ${what} must be a number, not "${text}"`);
    return Number(text);
  };
  return { path, content, uid: number(uid, 'uid'), gid: number(gid, 'gid'), mode: mode === undefined ? 0o444 : Number.parseInt(mode, 8) };
}

/** Folders that a read-only container can write to anyway. */
function writable(service: Service, folder: string): boolean {
  const mounted = (service.volumes ?? []).filter(({ type, read_only: readOnly }) => (type === 'volume' || type === 'bind') && readOnly !== true);
  return mounted.some(({ target }) => folder === target || folder.startsWith(`${target}/`));
}
