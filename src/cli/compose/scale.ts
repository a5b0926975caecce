import { noSuchService, withoutUnused } from '../../compose-file/index.ts';
import type { Invocation } from '../invocation.ts';
import { bringUp } from './bring-up.ts';
import { imageBuilder } from './build-images.ts';
import { scaled, selected } from './selection.ts';
import { loadRunnable, withProgress } from './session.ts';

/** `compose scale`: sets how many containers services have, and changes nothing else. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const whole = loadRunnable(call);
  const names = args.map((pair) => pair.split('=')[0] ?? '');
  for (const name of names) if (!(name in whole.services) && !(name in whole.disabledServices)) throw noSuchService(whole, name);
  const project = withoutUnused(scaled(selected(whole, names, flags.bool('no-deps')), args));
  const client = await call.connect();
  await withProgress(call, 'Running', (view) =>
    bringUp(call, client, project, {
      progress: view.event,
      recreate: 'never',
      named: names,
      buildImages: imageBuilder(call, { quiet: true, print: view.print.bind(view) }),
    }),
  );
  return 0;
}
