import type { ContainerInspect } from '../../api/index.ts';
import { EngineError } from '../../base/index.ts';
import type { Condition } from './state-watcher.ts';

/** True when a container is healthy, or runs and has no health check. Throws when it ended or is unhealthy. */
export const runningOrHealthy: Condition = (container) => {
  refuseEnded(container);
  if (container.State.Health?.Status === undefined || container.State.Health.Status === 'none') return container.State.Status === 'running';
  return healthy(container);
};

/** True when a container is healthy. Throws when it ended, is unhealthy, or has no health check that could ever tell. */
export const healthy: Condition = (container) => {
  refuseEnded(container);
  const status = container.State.Health?.Status;
  if (status === undefined || status === 'none') throw failed(container, 'has no healthcheck configured');
  if (status === 'unhealthy') throw failed(container, 'is unhealthy');
  return status === 'healthy';
};

/** True when a container has ended with 0. Throws when it ended with anything else. */
export function completed(service: string): Condition {
  return ({ State }) => {
    if (State.Status !== 'exited' && State.Status !== 'dead') return false;
    if (State.ExitCode === 0) return true;
    throw new EngineError('FAILED_PRECONDITION', `service "${service}" didn't complete successfully: exit ${State.ExitCode}`);
  };
}

/** For `--wait`: running or healthy; a one-shot that ended with 0 has done its work. */
export const settled: Condition = (container) => {
  const { State, HostConfig } = container;
  const oneShot = HostConfig.RestartPolicy.Name === '' || HostConfig.RestartPolicy.Name === 'no' || HostConfig.RestartPolicy.Name === 'on-failure';
  return (State.Status === 'exited' && State.ExitCode === 0 && oneShot) || runningOrHealthy(container);
};

function refuseEnded(container: ContainerInspect): void {
  const { Status, ExitCode } = container.State;
  if (Status === 'exited' || Status === 'dead') throw failed(container, `exited (${ExitCode})`);
}

function failed(container: ContainerInspect, what: string): EngineError {
  return new EngineError('FAILED_PRECONDITION', `container ${container.Name.replace(/^\//, '')} ${what}`);
}
