import type { Project } from '../../compose-file/index.ts';
import { withoutUnused } from '../../compose-file/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { AttachedRun } from './attached-run.ts';
import { bringUp, type BringUpOptions } from './bring-up.ts';
import { imageBuilder } from './build-images.ts';
import type { ProgressView } from './progress-view.ts';
import { scaled, selected } from './selection.ts';
import { isDryRun, isSet, loadRunnable, withProgress } from './session.ts';
import { waitForProject } from './wait-for-project.ts';

/** `compose up`: brings a project up, and stays with it unless told otherwise. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  checkFlags(call);
  const project = upProject(call);
  if (flags.bool('watch') && !Object.values(project.services).some(({ develop }) => develop?.watch?.length)) {
    throw new ExitError(1, "none of the selected services is configured for watch, consider setting a 'develop' section");
  }
  const detach = flags.bool('detach') || flags.bool('no-start') || flags.bool('wait') || isDryRun(call);
  const client = await call.connect();
  if (!detach) return await new AttachedRun(call, client, project).run((view, more) => bringUp(call, client, project, { ...upOptions(call, view), ...more }));
  await withProgress(call, 'Running', async (view) => {
    await bringUp(call, client, project, upOptions(call, view));
    if (flags.bool('wait') && !isDryRun(call)) await waitForProject(client, project, args, { progress: view.event, timeoutSeconds: flags.int('wait-timeout') });
  });
  return 0;
}

/** The part of the project that `up` is about. */
export function upProject(call: Invocation): Project {
  const { flags, args } = call;
  const part = scaled(selected(loadRunnable(call), args, flags.bool('no-deps')), flags.list('scale'));
  if (!Object.keys(part.services).length) throw new ExitError(1, 'no service selected');
  return flags.bool('all-resources') ? part : withoutUnused(part);
}

/** The flags that `up` and `create` share. */
export function upOptions(call: Invocation, view: ProgressView): BringUpOptions {
  const { flags, args } = call;
  const recreate = flags.bool('force-recreate') ? 'force' : flags.bool('no-recreate') ? 'never' : 'diverged';
  return {
    // Asked for each event: the view of an attached run is closed when the output of containers begins.
    progress: (event) => view.event(event),
    build: flags.bool('build') ? 'always' : flags.bool('no-build') ? 'never' : 'missing',
    pull: flags.string('pull'),
    quietPull: flags.bool('quiet-pull'),
    buildImages: imageBuilder(call, { quiet: flags.bool('quiet-build'), print: view.print.bind(view) }),
    named: args,
    recreate,
    recreateDependencies: flags.bool('always-recreate-deps') ? 'force' : recreate === 'never' ? 'never' : 'diverged',
    removeOrphans: flags.bool('remove-orphans') || isSet(call.env['COMPOSE_REMOVE_ORPHANS']),
    inheritVolumes: !flags.bool('renew-anon-volumes'),
    start: !flags.bool('no-start'),
  };
}

function checkFlags({ flags }: Invocation): void {
  const both = (a: string, b: string): boolean => flags.bool(a) && flags.bool(b);
  if (both('build', 'no-build')) throw new ExitError(1, '--build and --no-build are incompatible');
  if (both('force-recreate', 'no-recreate')) throw new ExitError(1, '--force-recreate and --no-recreate are incompatible');
  if (both('no-recreate', 'always-recreate-deps')) throw new ExitError(1, '--always-recreate-deps and --no-recreate are incompatible');
  const stays = ['abort-on-container-exit', 'abort-on-container-failure', 'watch', 'attach-dependencies'].filter((name) => flags.bool(name));
  const named = ['attach', 'exit-code-from'].filter((name) => flags.changed(name));
  const leaves = ['detach', 'wait', 'no-start'].find((name) => flags.bool(name));
  if (leaves && stays.length + named.length > 0)
    throw new ExitError(1, `--${leaves} cannot be combined with ${[...stays, ...named].map((name) => `--${name}`).join(', ')}`);
  if (both('abort-on-container-exit', 'abort-on-container-failure'))
    throw new ExitError(1, '--abort-on-container-failure cannot be combined with --abort-on-container-exit');
  if (both('no-start', 'wait')) throw new ExitError(1, '--no-start and --wait are incompatible');
}
