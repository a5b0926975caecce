import { createHash } from 'node:crypto';
import { goJson } from './go-json.ts';
import { wireOf } from './kinds/kind.ts';
import { network as networkKind, volume as volumeKind } from './model/project.ts';
import { service as serviceKind } from './model/service.ts';
import type { NetworkConfig, Service, VolumeConfig } from './types.ts';

/**
 * The configuration hash of a service, the same that Docker Compose v2 computes, so that either may go on with the other's
 * containers. Build, scale, dependencies, profiles and pull policy change no container. Source: docker/compose pkg/compose/hash.go.
 */
export function serviceHash(service: Service): string {
  const { build: _b, pull_policy: _p, pull_refresh_after: _r, scale: _s, depends_on: _d, profiles: _f, pre_start: _i, deploy, ...rest } = service;
  const { replicas: _n, ...deployed } = deploy ?? {};
  return sha256(goJson(wireOf(serviceKind, deploy ? { ...rest, deploy: deployed } : rest, 'hash')));
}

/** The configuration hash of a network. */
export function networkHash(network: NetworkConfig): string {
  return sha256(goJson(wireOf(networkKind, network, 'hash')));
}

/** The configuration hash of a volume. */
export function volumeHash(volume: VolumeConfig): string {
  return sha256(goJson(wireOf(volumeKind, { ...volume, driver: volume.driver || 'local' }, 'hash')));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
