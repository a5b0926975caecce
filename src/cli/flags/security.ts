import { readFileSync } from 'node:fs';
import { messageOf } from '../../base/index.ts';

/** --security-opt values as the engine takes them: seccomp profiles are read and sent along. `openPaths` is true for systempaths=unconfined. */
export function parseSecurityOptions(specs: readonly string[]): { options: string[]; openPaths: boolean } {
  let openPaths = false;
  const options = specs.flatMap((spec) => {
    const [, name, value] = /^([^=:]+)[=:](.*)$/s.exec(spec) ?? [];
    if (name === undefined || value === undefined) {
      if (spec !== 'no-new-privileges') throw new Error(`Invalid --security-opt: ${JSON.stringify(spec)}`);
      return [spec];
    }
    if (name === 'systempaths' && value === 'unconfined') {
      openPaths = true;
      return [];
    }
    if (name === 'seccomp' && value !== 'unconfined' && value !== 'builtin') return [`seccomp=${readProfile(value)}`];
    return [spec];
  });
  return { options, openPaths };
}

function readProfile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`opening seccomp profile (${file}) failed: open ${file}: no such file or directory`, { cause });
  }
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (cause) {
    throw new Error(`compacting json for seccomp profile (${file}) failed: ${messageOf(cause)}`, { cause });
  }
}
