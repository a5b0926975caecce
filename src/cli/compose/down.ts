import type { Project } from '../../compose-file/index.ts';
import { imageName, observe, planDown } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { carryOut } from './bring-up.ts';
import { bareProject } from './bare-project.ts';
import { projectOrName, separator, withProgress } from './session.ts';

/** `compose down`: stops and removes what `up` made. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args, stderr } = call;
  const rmi = flags.string('rmi');
  if (rmi !== '' && rmi !== 'all' && rmi !== 'local') throw new ExitError(1, `invalid value for --rmi: "${rmi}"`);
  const target = projectOrName(call);
  const client = await call.connect();
  const observed = await observe(client, target.name);
  const plan = planDown(observed, {
    projectName: target.name,
    project: target.project,
    named: args,
    volumes: flags.bool('volumes'),
    removeOrphans: flags.bool('remove-orphans') || call.env['COMPOSE_REMOVE_ORPHANS'] === 'true' || call.env['COMPOSE_REMOVE_ORPHANS'] === '1',
    images: rmi === '' || !target.project ? [] : imagesOf(target.project, rmi, separator(call)),
  });
  if (!plan.nodes.length && !observed.containers.length) {
    stderr.write(`Warning: No resource found to remove for project "${target.name}".\n`);
    return 0;
  }
  await withProgress(call, 'Running', (view) => carryOut(call, client, target.project ?? bareProject(target.name), plan, { progress: view.event, observed }));
  return 0;
}

function imagesOf(project: Project, which: 'all' | 'local', separator_: string): string[] {
  const services = Object.values(project.services).filter(({ image, build }) => which === 'all' || (build && image === undefined));
  return [...new Set(services.map((service) => imageName(project, service, separator_)))];
}
