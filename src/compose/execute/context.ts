import type { Client } from '../../client/index.ts';
import type { Project } from '../../compose-file/index.ts';
import type { Observed } from '../observe.ts';
import type { OnProgress } from './progress.ts';
import type { StateWatcher } from './state-watcher.ts';

/** What all steps share. */
export interface ExecuteContext {
  readonly client: Client;
  readonly project: Project;
  readonly observed: Observed;
  readonly progress: OnProgress;
  /** Service → image id. */
  readonly images: ReadonlyMap<string, string>;
  readonly imageName: (service: Project['services'][string]) => string;
  /** Proxy variables of the user's configuration, for containers. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Seconds between the stop signal and SIGKILL; undefined leaves the container's own. */
  readonly timeoutSeconds: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly watcher: StateWatcher;
  /** Name → id of containers that were created or renamed by this plan. */
  readonly ids: Map<string, string>;
  /** Service → id of the container that was created last. */
  readonly newest: Map<string, string>;
  /** Called with a container that is about to start, so that nobody misses its first words. */
  readonly beforeStart: ((container: { readonly id: string; readonly name: string; readonly service: string }) => Promise<void>) | undefined;
}

/** The id of a container by its name: made by this plan, or there before. */
export function idOf(context: ExecuteContext, name: string): string {
  return context.ids.get(name) ?? context.observed.containers.find((container) => container.name === name)?.id ?? name;
}
