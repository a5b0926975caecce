import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { TlsOptions } from '../../client/index.ts';
import { systemCode } from '../../base/index.ts';
import { ExitError } from '../parse/usage-error.ts';

/** How an endpoint is reached, as meta.json writes it. */
export interface ContextEndpoint {
  readonly Host?: string;
  readonly SkipTLSVerify: boolean;
}

/** One context: meta.json of contexts/meta/<sha256 of the name>, as Docker's own CLI writes it. */
export interface ContextMeta {
  readonly Name: string;
  readonly Metadata: Readonly<Record<string, unknown>>;
  readonly Endpoints: Readonly<Record<string, ContextEndpoint>>;
}

/** A context's TLS files by name: ca.pem, cert.pem, key.pem. */
export type TlsFiles = Readonly<Record<string, string>>;

/** The contexts of a configuration folder. "default" is none of them. */
export class ContextStore {
  readonly #directory: string;

  constructor(configDirectory: string) {
    this.#directory = `${configDirectory}/contexts`;
  }

  /** The folder of a context's metadata. */
  metaPath(name: string): string {
    return `${this.#directory}/meta/${contextId(name)}`;
  }

  /** The folder of a context's TLS files. */
  tlsPath(name: string): string {
    return `${this.#directory}/tls/${contextId(name)}`;
  }

  /** All contexts, by name. */
  list(): ContextMeta[] {
    const ids = entries(`${this.#directory}/meta`);
    return ids
      .map((id) => JSON.parse(readFileSync(`${this.#directory}/meta/${id}/meta.json`, 'utf8')) as ContextMeta)
      .toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  /** A context, or undefined when there is none of this name. */
  find(name: string): ContextMeta | undefined {
    const text = readIfThere(`${this.metaPath(name)}/meta.json`);
    return text === undefined ? undefined : (JSON.parse(text) as ContextMeta);
  }

  /** A context; ends the command in Docker's words when there is none. */
  get(name: string): ContextMeta {
    const found = this.find(name);
    if (found) return found;
    throw new ExitError(1, `context ${JSON.stringify(name)}: context not found: open ${this.metaPath(name)}/meta.json: no such file or directory`);
  }

  /** Writes a context and its TLS files, in place of what was there. */
  put(meta: ContextMeta, tls: TlsFiles = {}): void {
    mkdirSync(this.metaPath(meta.Name), { recursive: true });
    writeFileSync(`${this.metaPath(meta.Name)}/meta.json`, JSON.stringify(meta));
    rmSync(this.tlsPath(meta.Name), { recursive: true, force: true });
    if (Object.keys(tls).length === 0) return;
    mkdirSync(`${this.tlsPath(meta.Name)}/docker`, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(tls)) writeFileSync(`${this.tlsPath(meta.Name)}/docker/${name}`, text, { mode: 0o600 });
  }

  /** Removes a context. */
  remove(name: string): void {
    rmSync(this.metaPath(name), { recursive: true, force: true });
    rmSync(this.tlsPath(name), { recursive: true, force: true });
  }

  /** A context's TLS files. */
  tlsFiles(name: string): TlsFiles {
    const directory = `${this.tlsPath(name)}/docker`;
    return Object.fromEntries(entries(directory).map((file) => [file, readFileSync(`${directory}/${file}`, 'utf8')]));
  }
}

/** The material that a connection needs, of a context's files. */
export function tlsOptions(files: TlsFiles, skipVerify: boolean): TlsOptions | undefined {
  if (Object.keys(files).length === 0) return undefined;
  const { 'ca.pem': ca, 'cert.pem': cert, 'key.pem': key } = files;
  return { verify: !skipVerify, ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
}

function contextId(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
