import { observe, planRemove, planStop } from '../../compose/index.ts';
import { confirm } from '../commands/confirm.ts';
import type { Invocation } from '../invocation.ts';
import { bareProject } from './bare-project.ts';
import { carryOut } from './bring-up.ts';
import { containersOf } from './selection.ts';
import { isDryRun, projectOrName, withProgress } from './session.ts';

/** `compose rm`: removes stopped containers, after asking. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const target = projectOrName(call);
  const client = await call.connect();
  const project = target.project ?? bareProject(target.name);
  if (flags.bool('stop')) {
    const containers = await containersOf(client, target, args);
    const observed = await observe(client, target.name);
    await withProgress(call, 'Stopping', (view) => carryOut(call, client, project, planStop(containers), { progress: view.event, observed }));
  }
  const all = await containersOf(client, target, args, { oneOff: true });
  const stopped = all.filter(({ state }) => state !== 'running' && state !== 'paused' && state !== 'restarting');
  if (!stopped.length) {
    call.stderr.write('No stopped containers\n');
    return 0;
  }
  const names = stopped.map(({ name }) => name).join(', ');
  if (!flags.bool('force') && !isDryRun(call)) {
    if (!(await confirm(call, `? Going to remove ${names}`))) return 0;
  }
  const observed = await observe(client, target.name);
  await withProgress(call, 'Removing', (view) =>
    carryOut(call, client, project, planRemove(stopped, { volumes: flags.bool('volumes') }), { progress: view.event, observed }),
  );
  return 0;
}
