import type { SystemInfo } from '../api/index.ts';
import type { DaemonOptions } from './options.ts';

/** What the registry client and `info` are told of the configured registries. */
export function registrySettings({ insecureRegistries, registryMirrors }: Pick<DaemonOptions, 'insecureRegistries' | 'registryMirrors'>): {
  readonly client: { readonly mirrors: readonly string[]; readonly insecureRegistries: readonly string[] };
  readonly shown: SystemInfo['RegistryConfig'];
} {
  const isRange = (text: string): boolean => text.includes('/');
  const hub = { Name: 'docker.io', Mirrors: [...registryMirrors], Secure: true, Official: true };
  const others = insecureRegistries.filter((name) => !isRange(name)).map((Name) => [Name, { Name, Mirrors: [], Secure: false, Official: false }] as const);
  return {
    client: { mirrors: registryMirrors, insecureRegistries },
    shown: {
      IndexConfigs: { 'docker.io': hub, ...Object.fromEntries(others) },
      InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8', ...insecureRegistries.filter(isRange)],
      Mirrors: registryMirrors.length > 0 ? registryMirrors : null,
    },
  };
}
