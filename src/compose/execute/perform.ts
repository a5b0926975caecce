import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, isEngineError, messageOf } from '../../base/index.ts';
import type { Operation, PlanNode } from '../plan/plan.ts';
import { completed, healthy, runningOrHealthy } from './conditions.ts';
import { type ExecuteContext, idOf } from './context.ts';
import { createContainer } from './create-container.ts';
import { createNetwork, createVolume } from './create-resources.ts';
import { removeOrphanVolumes } from './files-volumes.ts';
import { runHooks } from './hooks.ts';
import { runPreStart } from './pre-start.ts';
import { subject } from './subject.ts';

type Step<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

/** Carries one step out and tells of its beginning and end. */
export async function perform(node: PlanNode, context: ExecuteContext): Promise<void> {
  const { operation } = node;
  const tell = (status: string, state: 'working' | 'done' = 'working', detail?: string): void =>
    context.progress({ id: subject(operation), status, state, ...(detail === undefined ? {} : { detail }) });
  switch (operation.kind) {
    case 'create-network':
      return await told(tell, 'Creating', 'Created', () => createNetwork(operation.key, operation.network, context));
    case 'create-volume':
      return await told(tell, 'Creating', 'Created', () => createVolume(operation.key, operation.volume, context));
    case 'remove-network':
      return await told(tell, 'Removing', 'Removed', () => removeNetwork(operation, context));
    case 'remove-volume':
      return await told(tell, 'Removing', 'Removed', () => context.client.volumes.remove(operation.name, { force: true }));
    case 'remove-image':
      return await removeImage(operation, context);
    case 'create':
      tell(operation.replaces ? 'Recreate' : 'Creating', 'working', node.reason);
      await createContainer(operation, context);
      if (!operation.replaces) tell('Created', 'done');
      return;
    case 'rename':
      await rename(operation, context);
      return tell('Recreated', 'done');
    case 'pre-start':
      return await told(tell, `Running pre_start ${operation.index + 1}`, `pre_start ${operation.index + 1} done`, () => runPreStart(operation, context));
    case 'start':
      await joinOutput(operation, context);
      return await told(tell, 'Starting', 'Started', () => start(operation, context));
    case 'unpause':
      return await told(tell, 'Unpausing', 'Unpaused', () => context.client.containers.unpause(operation.id));
    case 'stop':
      if (operation.quiet === true) return await stop(operation, context);
      return await told(tell, 'Stopping', 'Stopped', () => stop(operation, context));
    case 'remove':
      if (operation.quiet === true) return await remove(operation, context);
      return await told(tell, 'Removing', 'Removed', () => remove(operation, context));
    case 'wait':
      return await waitForService(operation, context);
    case 'wait-replica':
      return await waitForReplica(operation, context);
    case 'delay':
      await delay(operation.nanoseconds / 1e6, undefined, context.signal ? { signal: context.signal } : {});
      return;
    default:
      operation satisfies never;
  }
}

async function told(tell: (status: string, state?: 'working' | 'done') => void, begin: string, end: string, work: () => Promise<unknown>): Promise<void> {
  tell(begin);
  await work();
  tell(end, 'done');
}

async function rename(operation: Step<'rename'>, context: ExecuteContext): Promise<void> {
  const id = idOf(context, operation.from);
  await context.client.containers.rename(id, operation.name);
  context.ids.set(operation.name, id);
}

async function joinOutput({ name, id: known, service }: Step<'start'>, context: ExecuteContext): Promise<void> {
  await context.beforeStart?.({ id: known ?? idOf(context, name), name: name.replace(/^[0-9a-f]{12}_/, ''), service });
}

async function start({ name, id: known, service }: Step<'start'>, context: ExecuteContext): Promise<void> {
  const id = known ?? idOf(context, name);
  await context.client.containers.start(id);
  await runHooks(id, context.project.services[service]?.post_start ?? [], 'post_start', context);
}

async function stop({ id, service }: Step<'stop'>, context: ExecuteContext): Promise<void> {
  await runHooks(id, context.project.services[service]?.pre_stop ?? [], 'pre_stop', context).catch((error: unknown) =>
    context.progress({ id: `Service ${service}`, status: 'pre_stop failed', state: 'warning', detail: messageOf(error) }),
  );
  try {
    await context.client.containers.stop(id, { timeoutSeconds: context.timeoutSeconds });
  } catch (error) {
    if (!isEngineError(error, 'NOT_FOUND')) throw error;
  }
}

/** Somebody else, or --rm, may have been quicker: gone is gone. */
async function remove({ id, volumes, force }: Step<'remove'>, context: ExecuteContext): Promise<void> {
  try {
    await context.client.containers.remove(id, { volumes, force: force ?? false });
    await removeOrphanVolumes(
      context.client,
      context.observed.containers.find((container) => container.id === id),
      volumes,
    );
  } catch (error) {
    if (isEngineError(error, 'NOT_FOUND') || (isEngineError(error, 'CONFLICT') && /already in progress/.test(error.message))) return;
    throw error;
  }
}

async function removeNetwork({ id, name }: Step<'remove-network'>, context: ExecuteContext): Promise<void> {
  try {
    await context.client.networks.remove(id);
  } catch (error) {
    if (isEngineError(error, 'NOT_FOUND')) return;
    if (isEngineError(error, 'PERMISSION_DENIED') && /active endpoints/.test(error.message)) {
      context.progress({ id: `Network ${name}`, status: 'Resource is still in use', state: 'warning' });
      return;
    }
    throw error;
  }
}

async function removeImage({ name }: Step<'remove-image'>, context: ExecuteContext): Promise<void> {
  const id = `Image ${name}`;
  context.progress({ id, status: 'Removing', state: 'working' });
  try {
    await context.client.images.remove(name);
    context.progress({ id, status: 'Removed', state: 'done' });
  } catch (error) {
    if (isEngineError(error, 'NOT_FOUND')) context.progress({ id, status: 'Warning: No resource found to remove', state: 'warning' });
    else if (isEngineError(error, 'CONFLICT')) context.progress({ id, status: 'Resource is still in use', state: 'warning' });
    else throw error;
  }
}

async function waitForService({ service, condition, required, names }: Step<'wait'>, context: ExecuteContext): Promise<void> {
  await Promise.all(names.map((name) => waitForContainer(name, service, condition, required, context)));
}

async function waitForContainer(
  name: string,
  service: string,
  condition: Step<'wait'>['condition'],
  required: boolean,
  context: ExecuteContext,
): Promise<void> {
  const id = `Container ${name}`;
  context.progress({ id, status: 'Waiting', state: 'working' });
  const test = condition === 'service_healthy' ? healthy : condition === 'service_completed_successfully' ? completed(service) : runningOrHealthy;
  try {
    await context.watcher.until(idOf(context, name), test, context.signal);
    context.progress({ id, status: condition === 'service_completed_successfully' ? 'Exited' : 'Healthy', state: 'done' });
  } catch (error) {
    if (context.signal?.aborted) throw error;
    if (required)
      throw new EngineError('FAILED_PRECONDITION', condition === 'service_healthy' ? `dependency failed to start: ${messageOf(error)}` : messageOf(error), {
        cause: error,
      });
    context.progress({ id, status: `optional dependency "${service}" failed: ${messageOf(error)}`, state: 'warning' });
  }
}

/** A replica that takes over before the old one goes: when it does not get well it is removed, and the old one stays. */
async function waitForReplica({ name, service }: Step<'wait-replica'>, context: ExecuteContext): Promise<void> {
  const id = idOf(context, name);
  try {
    await context.watcher.until(id, runningOrHealthy, context.signal);
  } catch (error) {
    await context.client.containers.remove(id, { force: true, volumes: false });
    throw new EngineError('FAILED_PRECONDITION', `new container of service "${service}" was removed, the old one goes on: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
