import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { systemCode } from '../../base/index.ts';
import { ExitError } from '../parse/usage-error.ts';

/** Proxy settings that builds and new containers inherit. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  readonly ftpProxy?: string;
  readonly allProxy?: string;
}

/** One registry's entry in `auths`; `auth` is base64 of "user:password". */
export interface AuthEntry {
  readonly auth?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** What config.json holds, as far as it is used; unknown keys survive a save. Source: docker/cli "Docker CLI configuration file". */
export interface ConfigValues {
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly HttpHeaders?: Readonly<Record<string, string>>;
  readonly psFormat?: string;
  readonly imagesFormat?: string;
  readonly networksFormat?: string;
  readonly volumesFormat?: string;
  readonly statsFormat?: string;
  readonly detachKeys?: string;
  readonly currentContext?: string;
  /** By host ("tcp://…") or "default". */
  readonly proxies?: Readonly<Record<string, ProxySettings>>;
}

/** The user's config.json: its folder and what it said when it was read. */
export class ConfigFile {
  readonly directory: string;
  readonly values: ConfigValues;

  constructor(directory: string, values: ConfigValues) {
    this.directory = directory;
    this.values = values;
  }

  /** Writes the file with `changes` over what is there; a key set to undefined goes. Readable by its owner only, because it may hold passwords. */
  save(changes: { readonly [K in keyof ConfigValues]?: ConfigValues[K] | undefined }): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const file = `${this.directory}/config.json`;
    writeFileSync(`${file}.new`, `${JSON.stringify({ ...this.values, ...changes }, undefined, '\t')}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** The folder of the configuration: --config, DOCKER_CONFIG, or ~/.docker. */
export function configDirectory(flag: string, env: NodeJS.ProcessEnv): string {
  return flag || env['DOCKER_CONFIG'] || `${env['HOME'] || '/root'}/.docker`;
}

/** Reads config.json; a file that is not there is an empty one. */
export function readConfig(directory: string): ConfigFile {
  const file = `${directory}/config.json`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return new ConfigFile(directory, {});
    throw error;
  }
  try {
    return new ConfigFile(directory, (text.trim() ? JSON.parse(text) : {}) as ConfigValues);
  } catch (error) {
    throw new ExitError(1, `error parsing ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
