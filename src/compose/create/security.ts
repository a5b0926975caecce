import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { EngineError, messageOf } from '../../base/index.ts';

/** Security options as the engine takes them: a seccomp profile is sent as its text, not as a path. */
export function securityOptions(options: readonly string[] | undefined, workingDir: string): string[] {
  return (options ?? []).map((option) => {
    const [, name = '', value] = /^([^=:]+)(?:[=:](.*))?$/s.exec(option) ?? [];
    if (value === undefined && name !== 'no-new-privileges') throw new EngineError('INVALID_ARGUMENT', `invalid security_opt: "${option}"`);
    if (name === 'seccomp' && value !== undefined && value !== 'unconfined' && value !== 'builtin') return `seccomp=${profile(value, workingDir)}`;
    return value === undefined ? name : `${name}=${value}`;
  });
}

function profile(path: string, workingDir: string): string {
  try {
    return JSON.stringify(JSON.parse(readFileSync(isAbsolute(path) ? path : resolve(workingDir, path), 'utf8')));
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', `opening seccomp profile (${path}) failed: ${messageOf(cause)}`, { cause });
  }
}
