import type { ContainerUpdateBody, HostConfig } from '../api/index.ts';
import { EngineError, messageOf } from '../base/index.ts';
import { checkRestartPolicy, checkTypes, updateTypes } from './check-create.ts';
import { checkResources } from './check-resources.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';

/** Changes limits and restart policy, of a running container at once. Answers warnings. */
export async function updateContainer(engine: EngineContext, reference: string, body: ContainerUpdateBody): Promise<string[]> {
  const container = engine.containers.resolve(reference);
  using _ = await container.lock.acquire();
  const { status } = container.state;
  const wrong = (reason: string): EngineError => new EngineError('CONFLICT', `Cannot update container ${container.id}: ${reason}`);
  if (status === 'removing' || status === 'dead') throw wrong('Container is marked for removal and cannot be "update".');
  checkTypes({ ...body }, updateTypes);
  checkResources(body);
  const changes = given(body);
  const policy = body.RestartPolicy?.Name ? { Name: body.RestartPolicy.Name, MaximumRetryCount: body.RestartPolicy.MaximumRetryCount ?? 0 } : undefined;
  const hostConfig = { ...mergeOrRefuse(container, changes), ...(policy ? { RestartPolicy: policy } : {}) };
  const warnings = checkResources(hostConfig);
  if (policy) checkPolicy(hostConfig);
  try {
    container.task?.update(hostConfig);
  } catch (cause) {
    throw new EngineError('INTERNAL', `Cannot update container ${container.id}: ${messageOf(cause)}`, { cause });
  }
  container.update({ hostConfig });
  publishContainerEvent(engine, container, 'update');
  return warnings;
}

const names = ['CpuShares', 'Memory', 'NanoCpus', 'BlkioWeight', 'BlkioWeightDevice', 'BlkioDeviceReadBps', 'BlkioDeviceWriteBps', 'BlkioDeviceReadIOps', 'BlkioDeviceWriteIOps', 'CpuPeriod', 'CpuQuota', 'CpuRealtimePeriod', 'CpuRealtimeRuntime', 'CpusetCpus', 'CpusetMems', 'MemoryReservation', 'MemorySwap', 'PidsLimit'] as const; // prettier-ignore

/** 0, '' and [] mean "unchanged", as Docker reads them. */
function given(body: ContainerUpdateBody): Partial<HostConfig> {
  const set = names.filter((name) => {
    const value = body[name];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
  return Object.fromEntries(set.map((name) => [name, body[name]]));
}

function mergeOrRefuse(container: Container, changes: Partial<HostConfig>): HostConfig {
  try {
    return merge(container, changes);
  } catch (cause) {
    throw invalid(`Cannot update container ${container.id}: ${messageOf(cause)}`);
  }
}

function merge(container: Container, changes: Partial<HostConfig>): HostConfig {
  const { hostConfig } = container.record;
  const { Memory: memory, MemorySwap: swap } = changes;
  if (memory && !swap && memory > hostConfig.MemorySwap) {
    throw invalid('Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time');
  }
  if (changes.NanoCpus && hostConfig.CpuPeriod > 0) throw invalid('Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set');
  if (changes.NanoCpus && hostConfig.CpuQuota > 0) throw invalid('Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set');
  if (changes.CpuPeriod && hostConfig.NanoCpus > 0) throw invalid('Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set');
  if (changes.CpuQuota && hostConfig.NanoCpus > 0) throw invalid('Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set');
  return { ...hostConfig, ...changes, ...(changes.PidsLimit && changes.PidsLimit < 0 ? { PidsLimit: null } : {}) };
}

function checkPolicy({ AutoRemove: autoRemove, RestartPolicy: policy }: HostConfig): void {
  checkRestartPolicy(policy.Name, policy.MaximumRetryCount);
  if (autoRemove && policy.Name !== 'no') throw invalid('Restart policy cannot be updated because AutoRemove is enabled for the container');
}
