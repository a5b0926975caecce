import { containerCapabilities } from './capabilities.ts';
import { securityOptions } from './security-options.ts';
import { apparmor, processCapabilities, processEnv } from './spec.ts';
import type { SpecHostConfig } from './spec-input.ts';
import type { ProcessSpec } from './types.ts';
import { resolveUser } from './user.ts';

/** A further process in a container; `hostConfig` is the container's. */
export interface ExecSpecInput {
  /** The mounted root file system, in which the user is looked up. */
  readonly rootfs: string;
  readonly args: readonly string[];
  /** Later entries win; entries without "=" remove a variable. */
  readonly env: readonly string[];
  readonly workingDir: string;
  /** Docker's text: "", "name", "uid:gid". */
  readonly user: string;
  readonly hostname: string;
  readonly terminal: boolean;
  readonly privileged: boolean;
  readonly hostConfig: SpecHostConfig & { readonly GroupAdd?: readonly string[] | null | undefined };
}

/** The process document of an exec. INVALID_ARGUMENT as `resolveUser`. */
export function execSpec(input: ExecSpecInput): ProcessSpec {
  const host = input.hostConfig;
  const user = resolveUser(input.rootfs, input.user, host.GroupAdd ?? []);
  const capabilities = containerCapabilities({ add: host.CapAdd ?? [], drop: host.CapDrop ?? [], privileged: input.privileged });
  const security = securityOptions(host.SecurityOpt ?? []);
  return {
    terminal: input.terminal,
    user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids },
    args: [...input.args],
    env: processEnv(mergeEnv(input.env), { hostname: input.hostname, terminal: input.terminal, home: user.home }),
    cwd: input.workingDir === '' ? '/' : input.workingDir,
    capabilities: processCapabilities(capabilities),
    noNewPrivileges: security.noNewPrivileges,
    ...(input.privileged ? {} : apparmor(security.apparmor)),
  };
}

/** One entry per name, at the place of the first. */
function mergeEnv(env: readonly string[]): string[] {
  const byName = new Map<string, string | undefined>();
  for (const entry of env) {
    const at = entry.indexOf('=');
    byName.set(at < 0 ? entry : entry.slice(0, at), at < 0 ? undefined : entry);
  }
  return [...byName.values()].filter((entry) => entry !== undefined);
}
