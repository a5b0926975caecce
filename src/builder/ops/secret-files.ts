import { chmodSync, chownSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { EngineError, randomId, systemCode } from '../../base/index.ts';
import { mount, MountFlag, umount } from '../../linux/index.ts';
import type { RunMount } from '../definition.ts';
import type { StepMount } from '../types.ts';

export type SecretMount = Extract<RunMount, { kind: 'secret' }>;

/** Secrets of one step in a memory file system of their own: they never reach a disk, and are gone with the step. */
export interface SecretFiles extends Disposable {
  readonly mounts: readonly StepMount[];
  readonly env: Readonly<Record<string, string>>;
}

/** Writes the secrets that a step asks for. Throws INVALID_ARGUMENT for a required one that the client has not sent. */
export function secretFiles(folder: string, wanted: readonly SecretMount[], secrets: ReadonlyMap<string, Uint8Array>): SecretFiles {
  const present = wanted.flatMap((secret) => {
    const bytes = secrets.get(secret.id);
    if (!bytes && secret.required) throw new EngineError('INVALID_ARGUMENT', `secret ${secret.id}: not found`);
    return bytes ? [{ secret, bytes }] : [];
  });
  const env = Object.fromEntries(present.flatMap(({ secret, bytes }) => (secret.env === undefined ? [] : [[secret.env, Buffer.from(bytes).toString()]])));
  const files = present.filter(({ secret }) => secret.target !== undefined);
  if (files.length === 0) return { mounts: [], env, [Symbol.dispose]: () => {} };
  const place = join(folder, randomId().slice(0, 16));
  mkdirSync(place, { recursive: true, mode: 0o700 });
  mount({ source: 'tmpfs', target: place, type: 'tmpfs', flags: MountFlag.nosuid | MountFlag.nodev | MountFlag.noexec, data: 'mode=0700' });
  const disposal = { [Symbol.dispose]: () => drop(place) };
  try {
    return { mounts: files.map(({ secret, bytes }, at) => writeSecret(join(place, String(at)), secret, bytes)), env, ...disposal };
  } catch (error) {
    drop(place);
    throw error;
  }
}

/** Unmounts what a killed engine left. */
export function dropStaleSecrets(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) drop(join(folder, name));
}

function writeSecret(file: string, secret: SecretMount, bytes: Uint8Array): StepMount {
  writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
  chownSync(file, secret.uid, secret.gid);
  chmodSync(file, secret.mode);
  return { target: secret.target ?? '', source: { kind: 'file', path: file }, readOnly: true };
}

function drop(place: string): void {
  try {
    umount(place, { detach: true });
  } catch (error) {
    if (systemCode(error) !== 'EINVAL') throw error; // Not mounted.
  }
  rmdirSync(place);
}
