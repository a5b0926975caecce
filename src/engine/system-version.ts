import { arch, release } from 'node:os';
import { API_VERSION, MIN_API_VERSION } from '../api/index.ts';
import type { SystemVersion } from '../api/index.ts';
import type { EngineContext } from './context.ts';
import { engineVersion } from './engine-version.ts';

const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
  ppc64: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
};

/** Docker's word for this machine: "amd64". */
export function hostArchitecture(): string {
  return architectures[arch()] ?? arch();
}

/** The answer of `GET /version`. */
export function systemVersion({ runtime }: Pick<EngineContext, 'runtime'>): SystemVersion {
  const { version, commit, built } = engineVersion();
  const about = {
    ApiVersion: API_VERSION,
    MinAPIVersion: MIN_API_VERSION,
    GitCommit: commit,
    GoVersion: `node${process.versions.node}`,
    Os: 'linux',
    Arch: hostArchitecture(),
    KernelVersion: release(),
    BuildTime: built,
  };
  const components = [
    { Name: 'Engine', Version: version, Details: { ...about, Experimental: 'false' } },
    { Name: runtime.name, Version: runtime.version, Details: { GitCommit: runtime.commit } },
    { Name: 'node', Version: process.versions.node, Details: { V8: process.versions.v8 } },
  ];
  return { Platform: { Name: 'Slipway' }, Components: components, Version: version, ...about };
}
