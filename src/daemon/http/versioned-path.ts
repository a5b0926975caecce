import { API_VERSION, compareVersions, MIN_API_VERSION } from '../../api/index.ts';
import { EngineError } from '../../base/index.ts';

/** Splits "/v1.41/containers/json" into the version and the rest; without a version it is the newest. Refuses versions out of range in Docker's words. */
export function versionedPath(path: string): { version: string; path: string } {
  const found = /^\/v(\d+(?:\.\d+)+)(\/.*)?$/.exec(path);
  if (!found) return { version: API_VERSION, path };
  const version = found[1] ?? API_VERSION;
  if (compareVersions(version, API_VERSION) > 0) {
    throw new EngineError('INVALID_ARGUMENT', `client version ${version} is too new. Maximum supported API version is ${API_VERSION}`);
  }
  if (compareVersions(version, MIN_API_VERSION) < 0) {
    const advice = 'please upgrade your client to a newer version';
    throw new EngineError('INVALID_ARGUMENT', `client version ${version} is too old. Minimum supported API version is ${MIN_API_VERSION}, ${advice}`);
  }
  return { version, path: found[2] ?? '/' };
}
