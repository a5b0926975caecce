import { messageOf } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import type { Project } from '../../compose-file/index.ts';
import { observeContainers, type OnProgress, settled, StateWatcher } from '../../compose/index.ts';
import { ExitError } from '../parse/usage-error.ts';

/** Waits until all containers of a project run, are healthy, or have done their one job. Ends the command when one fails or time is over. */
export async function waitForProject(
  client: Client,
  project: Pick<Project, 'name' | 'services'>,
  services: readonly string[],
  options: { readonly progress: OnProgress; readonly timeoutSeconds: number },
): Promise<void> {
  const { progress, timeoutSeconds } = options;
  const signal = timeoutSeconds > 0 ? AbortSignal.timeout(timeoutSeconds * 1000) : undefined;
  const all = await observeContainers(client, project.name);
  const wanted = all.filter(({ service, oneOff }) => !oneOff && service in project.services && (services.length === 0 || services.includes(service)));
  await using watcher = new StateWatcher(client);
  const results = await Promise.allSettled(
    wanted.map(async ({ id, name }) => {
      progress({ id: `Container ${name}`, status: 'Waiting', state: 'working' });
      try {
        const { State } = await watcher.until(id, settled, signal);
        progress({ id: `Container ${name}`, status: State.Status === 'exited' ? 'Exited' : 'Healthy', state: 'done' });
      } catch (error) {
        progress({ id: `Container ${name}`, status: 'Error', state: 'error', detail: signal?.aborted ? 'timeout' : messageOf(error) });
        throw error;
      }
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return;
  if (signal?.aborted) throw new ExitError(1, 'application not healthy after context deadline exceeded');
  throw new ExitError(1, messageOf(failed.reason));
}
