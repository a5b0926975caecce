import type { Client } from '../../client/index.ts';
import type { Project } from '../../compose-file/index.ts';
import { observe, planStop } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { carryOut } from './bring-up.ts';
import { withProgress } from './session.ts';

/** Stops all containers of a project's services, dependents first. */
export async function stopProject(
  call: Invocation,
  client: Client,
  project: Project,
  services: readonly string[] = Object.keys(project.services),
): Promise<void> {
  const observed = await observe(client, project.name);
  const plan = planStop(observed.containers.filter(({ service, oneOff }) => !oneOff && services.includes(service)));
  await withProgress(call, 'Stopping', (view) => carryOut(call, client, project, plan, { progress: view.event, observed }));
}
