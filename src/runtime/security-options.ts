import { EngineError } from '../base/index.ts';

/** Docker's SecurityOpt, read. */
export interface SecurityOptions {
  readonly noNewPrivileges: boolean;
  /** Undefined: the default profile. Otherwise `unconfined` or the JSON text of a profile. */
  readonly seccomp: string | undefined;
  readonly apparmor: string | undefined;
  readonly unmaskPaths: boolean;
}

/** Reads `no-new-privileges`, `seccomp=…`, `apparmor=…`, `label=disable`, `systempaths=unconfined`. INVALID_ARGUMENT with Docker's text for others. */
export function securityOptions(given: readonly string[]): SecurityOptions {
  const options = { noNewPrivileges: false, seccomp: undefined as string | undefined, apparmor: undefined as string | undefined, unmaskPaths: false };
  for (const option of given) {
    const [key, value] = split(option);
    if (key === 'no-new-privileges') options.noNewPrivileges = value === undefined ? true : truth(option, value);
    else if (key === 'seccomp' && value !== undefined) options.seccomp = value === 'builtin' || value === '' ? undefined : value;
    else if (key === 'apparmor' && value !== undefined) options.apparmor = value;
    else if (key === 'systempaths' && value === 'unconfined') options.unmaskPaths = true;
    else if (key === 'label' && (value === 'disable' || value === undefined)) continue;
    else if (key === 'label') throw new EngineError('NOT_IMPLEMENTED', `--security-opt ${option}: this host has no SELinux; remove the option`);
    else
      throw new EngineError(
        'INVALID_ARGUMENT',
        value === undefined ? `invalid --security-opt 1: ${JSON.stringify(option)}` : `invalid --security-opt 2: ${JSON.stringify(option)}`,
      );
  }
  return options;
}

/** `key=value`, or the old `key:value`. */
function split(option: string): [key: string, value: string | undefined] {
  const at = option.search(/[=:]/);
  return at < 0 ? [option, undefined] : [option.slice(0, at), option.slice(at + 1)];
}

function truth(option: string, value: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return false;
  throw new EngineError('INVALID_ARGUMENT', `invalid --security-opt 2: ${JSON.stringify(option)}`);
}
