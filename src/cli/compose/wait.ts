import { observe, planDown } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { bareProject } from './bare-project.ts';
import { carryOut } from './bring-up.ts';
import { containersOf } from './selection.ts';
import { projectOrName, withProgress } from './session.ts';

/** `compose wait`: waits until the first of the services' containers stops. The exit code is that container's. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args, stdout } = call;
  const target = projectOrName(call);
  const client = await call.connect();
  const containers = await containersOf(client, target, args);
  if (!containers.length) throw new ExitError(1, `no containers for project "${target.name}"`);
  const { name, code } = await Promise.race(
    containers.map(async (container) => {
      const { exit } = await client.containers.wait(container.id);
      return { name: container.service, code: (await exit).StatusCode };
    }),
  );
  stdout.write(`container "${name}" exited with status code ${code}\n`);
  if (flags.bool('down-project')) {
    const observed = await observe(client, target.name);
    const plan = planDown(observed, { projectName: target.name, project: target.project, named: [], volumes: false, removeOrphans: true, images: [] });
    await withProgress(call, 'Running', (view) => carryOut(call, client, target.project ?? bareProject(target.name), plan, { progress: view.event, observed }));
  }
  return code;
}
