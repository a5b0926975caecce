import { readFileSync } from 'node:fs';
import { systemCode } from '../../base/index.ts';
import type { ConfigFile, ProxySettings } from '../config/config-file.ts';

/** Variables of --env-file files and -e flags, in that order. "NAME" alone takes the caller's value; where there is none, a flag takes the image's variable away and a line of a file counts for nothing. */
export function readEnvironment(files: readonly string[], flags: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const valued = (line: string): string => (line.includes('=') || env[line] === undefined ? line : `${line}=${env[line]}`);
  return [
    ...files.flatMap((file) =>
      readLines(file, 'variable')
        .map(valued)
        .filter((line) => line.includes('=')),
    ),
    ...flags.map(valued),
  ];
}

/** Labels of --label-file files and --label flags. */
export function readLabels(files: readonly string[], flags: readonly string[]): string[] {
  return [...files.flatMap((file) => readLines(file, 'label')), ...flags];
}

/** Proxy variables of config.json that `given` does not set itself, in both spellings. */
export function proxyVariables(config: ConfigFile, host: string, given: readonly string[]): string[] {
  const { proxies } = config.values;
  const settings = proxies?.[host] ?? proxies?.['default'];
  if (!settings) return [];
  const names = new Set(given.map((line) => line.split('=')[0]));
  return PROXIES.flatMap(([key, name]) => {
    const value = settings[key];
    return value ? [name, name.toLowerCase()].filter((one) => !names.has(one)).map((one) => `${one}=${value}`) : [];
  });
}

const PROXIES: readonly (readonly [keyof ProxySettings, string])[] = [
  ['httpProxy', 'HTTP_PROXY'],
  ['httpsProxy', 'HTTPS_PROXY'],
  ['noProxy', 'NO_PROXY'],
  ['ftpProxy', 'FTP_PROXY'],
  ['allProxy', 'ALL_PROXY'],
];

function readLines(file: string, what: 'variable' | 'label'): string[] {
  const text = readText(file);
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((raw) => {
      const line = raw.replace(/\r$/, '').trimStart();
      if (line === '' || line.startsWith('#')) return [];
      const name = line.split('=')[0] ?? '';
      if (/\s/.test(name)) throw new Error(`invalid env file (${file}): ${what} '${name}' contains whitespaces`);
      if (name === '') throw new Error(`invalid env file (${file}): no variable name on line '${line}'`);
      return [line];
    });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw fileError('open', file, error);
  }
}

/** A file failure in Go's words: "open /x: no such file or directory". */
export function fileError(action: string, file: string, error: unknown): Error {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    ENOTDIR: 'not a directory',
    EEXIST: 'file exists',
  };
  const code = systemCode(error) ?? '';
  return new Error(`${action} ${file}: ${words[code] ?? (error instanceof Error ? error.message : String(error))}`, { cause: error });
}
