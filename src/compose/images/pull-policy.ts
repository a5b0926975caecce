import { EngineError } from '../../base/index.ts';
import { parseDuration, type Service } from '../../compose-file/index.ts';

/** What is done about a service's image before it is used. `refresh` pulls when the last pull is older than `ageMs`. */
export type ImagePolicy = { readonly kind: 'always' | 'missing' | 'never' | 'build' } | { readonly kind: 'refresh'; readonly ageMs: number };

/** The policy of a service; `flag` is --pull, which wins. A service that is built is pulled only when it says so. */
export function imagePolicy(service: Service, flag = ''): ImagePolicy {
  const policy = flag || service.pull_policy || (service.build ? 'build-missing' : 'missing');
  switch (policy) {
    case 'always':
    case 'never':
    case 'build':
      return { kind: policy };
    case 'missing':
    case 'if_not_present':
    case 'build-missing':
      return { kind: 'missing' };
    case 'daily':
      return { kind: 'refresh', ageMs: 86_400_000 };
    case 'weekly':
      return { kind: 'refresh', ageMs: 7 * 86_400_000 };
    case 'refresh':
      return { kind: 'refresh', ageMs: (parseDuration(service.pull_refresh_after ?? '24h') ?? 0) / 1e6 };
    default:
      return { kind: 'refresh', ageMs: everyMs(policy) };
  }
}

function everyMs(policy: string): number {
  const nanoseconds = policy.startsWith('every_') ? parseDuration(policy.slice('every_'.length)) : undefined;
  if (nanoseconds === undefined)
    throw new EngineError('INVALID_ARGUMENT', `invalid --pull option "${policy}": must be "always", "missing", "never" or "build"`);
  return nanoseconds / 1e6;
}
