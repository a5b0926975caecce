import { withoutUnused } from '../../compose-file/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { bringUp } from './bring-up.ts';
import { imageBuilder } from './build-images.ts';
import { selected } from './selection.ts';
import { loadRunnable, withProgress } from './session.ts';
import { startWatch } from './watch-session.ts';

/** `compose watch`: brings the project up and then brings changes of files into the containers until Ctrl+C. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args, stdout } = call;
  const project = withoutUnused(selected(loadRunnable(call), args, false));
  const watched = Object.values(project.services).filter(({ name, develop }) => develop?.watch?.length && (args.length === 0 || args.includes(name)));
  if (!watched.length) throw new ExitError(1, "none of the selected services is configured for watch, consider setting a 'develop' section");
  const client = await call.connect();
  if (!flags.bool('no-up')) {
    await withProgress(call, 'Running', (view) =>
      bringUp(call, client, project, {
        progress: view.event,
        build: 'always',
        named: args,
        buildImages: imageBuilder(call, { quiet: flags.bool('quiet'), print: view.print.bind(view) }),
      }),
    );
  }
  const ended = Promise.withResolvers<void>();
  process.once('SIGINT', () => ended.resolve()).once('SIGTERM', () => ended.resolve());
  using session = startWatch(call, client, project, {
    print: (text) => void stdout.write(`${text}\n`),
    prune: flags.bool('prune'),
    quiet: flags.bool('quiet'),
  });
  void session;
  const alive = setInterval(() => undefined, 1 << 30);
  await ended.promise;
  clearInterval(alive);
  return 130;
}
