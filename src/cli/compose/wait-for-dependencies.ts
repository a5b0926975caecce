import { EngineError, messageOf } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import type { Project, Service } from '../../compose-file/index.ts';
import { completed, healthy, observeContainers, type OnProgress, runningOrHealthy, StateWatcher } from '../../compose/index.ts';

/** Waits until what a service depends on is as it says: started, healthy, or done. */
export async function waitForDependencies(client: Client, project: Pick<Project, 'name'>, service: Service, progress: OnProgress): Promise<void> {
  const containers = (await observeContainers(client, project.name)).filter(({ oneOff }) => !oneOff);
  await using watcher = new StateWatcher(client);
  const waits = Object.entries(service.depends_on ?? {}).flatMap(([name, { condition, required }]) =>
    containers.filter((container) => container.service === name).map((container) => ({ container, name, condition, required })),
  );
  await Promise.all(
    waits.map(async ({ container, name, condition, required }) => {
      if (condition === 'service_started') return;
      const id = `Container ${container.name}`;
      progress({ id, status: 'Waiting', state: 'working' });
      const test = condition === 'service_healthy' ? healthy : condition === 'service_completed_successfully' ? completed(name) : runningOrHealthy;
      try {
        await watcher.until(container.id, test);
        progress({ id, status: condition === 'service_healthy' ? 'Healthy' : 'Exited', state: 'done' });
      } catch (error) {
        if (required) throw new EngineError('FAILED_PRECONDITION', `dependency failed to start: ${messageOf(error)}`, { cause: error });
        progress({ id, status: `optional dependency "${name}" failed`, state: 'warning', detail: messageOf(error) });
      }
    }),
  );
}
