import { existsSync, readFileSync } from 'node:fs';
import { systemCode } from '../../../base/index.ts';
import { openNamedContext } from '../../../client/index.ts';
import { fileError } from '../../flags/env.ts';
import { splitPair } from '../../flags/key-values.ts';
import { splitComma } from '../../parse/split-comma.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** Reads `--secret id=npm,src=~/.npmrc` and `--secret id=token,env=TOKEN`. With neither, a variable of that name or a file of that name. */
export function readSecrets(flags: readonly string[], env: NodeJS.ProcessEnv): Map<string, Uint8Array> {
  return new Map(flags.map((flag) => readSecret(flag, env)));
}

function readSecret(flag: string, env: NodeJS.ProcessEnv): [string, Uint8Array] {
  const fields = new Map<string, string>();
  for (const field of splitComma(flag)) {
    if (!field.includes('=')) throw new ExitError(1, `invalid field '${field}' must be a key=value pair`);
    const [key, value] = splitPair(field);
    fields.set(key.toLowerCase(), value);
  }
  for (const key of fields.keys()) if (!['id', 'src', 'source', 'env', 'type'].includes(key)) throw new ExitError(1, `unexpected key '${key}' in '${flag}'`);
  const type = fields.get('type');
  if (type !== undefined && type !== 'file' && type !== 'env') throw new ExitError(1, `unsupported secret type ${JSON.stringify(type)}`);
  const source = fields.get('src') ?? fields.get('source');
  const id = fields.get('id') ?? source ?? fields.get('env');
  if (id === undefined || id === '') throw new ExitError(1, `invalid secret: id is required in '${flag}'`);
  const variable = fields.get('env') ?? (type === 'env' ? (source ?? id) : undefined);
  if (variable !== undefined) return [id, Buffer.from(env[variable] ?? '')];
  if (source === undefined && env[id] !== undefined && !existsSync(id)) return [id, Buffer.from(env[id])];
  return [id, readFile(source ?? id)];
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw fileError('failed to read secret: open', path, error);
  }
}

/** Reads `--build-context name=folder` and `name=docker-image://NAME`. */
export function readContexts(flags: readonly string[]): Map<string, AsyncIterable<Uint8Array> | string> {
  return new Map(
    flags.map((flag): [string, AsyncIterable<Uint8Array> | string] => {
      const [name, value] = splitPair(flag);
      if (name === '' || value === '') throw new ExitError(1, `invalid context value: ${flag}, expected key=value`);
      if (value.startsWith('docker-image://')) return [name, value];
      if (/^(oci-layout|https?|git|target|ssh):/.test(value))
        throw new ExitError(1, `build context ${flag} is not supported: give a folder or docker-image://NAME`);
      return [name, openNamedContext(value)];
    }),
  );
}
