import type { Duplex } from 'node:stream';
import { EngineError } from '../base/index.ts';
import type { AttachOptions, AttachStream } from '../runtime/index.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';
import { DetachFilter, parseDetachKeys } from './detach-keys.ts';

/** The container that a client may attach to now. CONFLICT in Docker's words otherwise. */
export function attachable(engine: EngineContext, reference: string): Container {
  const container = engine.containers.resolve(reference);
  const { status } = container.state;
  if (status === 'paused') throw new EngineError('CONFLICT', `container ${container.id} is paused, unpause the container before attach`);
  if (status === 'restarting') throw new EngineError('CONFLICT', `container ${container.id} is restarting, wait until the container is running`);
  return container;
}

/** A stream of the running process, or of the next run when it has not been started. */
export async function attachContainer(engine: EngineContext, container: Container, options: AttachOptions): Promise<AttachStream> {
  publishContainerEvent(engine, container, 'attach');
  const wanted = { ...options, stdin: options.stdin === true && container.record.config.OpenStdin };
  if (container.task) return await container.task.attach(wanted);
  return engine.runtime.attachLater(container.id, wanted);
}

/** What a client's connection and a process's stream have to do with each other. */
export interface BridgeOptions {
  /** Undefined: input is raw and never detaches, as Docker has it without a terminal. */
  readonly detachKeys?: string | undefined;
  readonly onDetach?: () => void;
  readonly stdin: boolean;
}

/** Pumps bytes both ways until the process's output ends, the client goes, or the detach keys come. The client's end of input ends the input only. */
export async function bridge(client: Duplex, process: Duplex, options: BridgeOptions): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  client.once('close', () => resolve()).once('error', () => resolve());
  process
    .once('error', () => resolve())
    .once('close', () => resolve())
    .once('end', () => resolve());
  if (options.stdin) pumpInput(client, process, options, resolve);
  else client.resume();
  process.pipe(client, { end: false });
  await promise;
  process.unpipe(client);
  process.destroy();
  client.end();
}

function pumpInput(client: Duplex, process: Duplex, { detachKeys, onDetach }: BridgeOptions, finish: () => void): void {
  if (detachKeys === undefined) {
    client.pipe(process);
    return;
  }
  const detach = (): void => {
    onDetach?.();
    finish();
  };
  client.pipe(new DetachFilter(parseDetachKeys(detachKeys), detach)).pipe(process);
}
