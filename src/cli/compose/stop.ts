import { observe, planStop } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { bareProject } from './bare-project.ts';
import { carryOut } from './bring-up.ts';
import { containersOf } from './selection.ts';
import { projectOrName, withProgress } from './session.ts';

/** `compose stop`: stops containers, dependents first. */
export async function run(call: Invocation): Promise<number> {
  const target = projectOrName(call);
  const client = await call.connect();
  const containers = await containersOf(client, target, call.args);
  const observed = await observe(client, target.name);
  await withProgress(call, 'Stopping', (view) =>
    carryOut(call, client, target.project ?? bareProject(target.name), planStop(containers), { progress: view.event, observed }),
  );
  return 0;
}
