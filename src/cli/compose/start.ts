import { observe, planStart } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { bareProject } from './bare-project.ts';
import { carryOut } from './bring-up.ts';
import { containersOf } from './selection.ts';
import { isDryRun, projectOrName, withProgress } from './session.ts';
import { waitForProject } from './wait-for-project.ts';

/** `compose start`: starts containers that exist, each after what it depends on. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const target = projectOrName(call);
  const client = await call.connect();
  const containers = await containersOf(client, target, args);
  const missing = args.find((service) => !containers.some((container) => container.service === service));
  if (missing !== undefined) throw new ExitError(1, `service "${missing}" has no container to start`);
  const project = target.project ?? bareProject(target.name);
  const observed = await observe(client, target.name);
  await withProgress(call, 'Running', async (view) => {
    await carryOut(call, client, project, planStart(containers), { progress: view.event, observed });
    if (flags.bool('wait') && !isDryRun(call)) await waitForProject(client, project, args, { progress: view.event, timeoutSeconds: flags.int('wait-timeout') });
  });
  return 0;
}
