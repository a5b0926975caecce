import type { Invocation } from '../invocation.ts';
import { bringUp } from './bring-up.ts';
import { withProgress } from './session.ts';
import { upOptions, upProject } from './up.ts';

/** `compose create`: creates containers and starts none. */
export async function run(call: Invocation): Promise<number> {
  const project = upProject(call);
  const client = await call.connect();
  await withProgress(call, 'Creating', (view) => bringUp(call, client, project, { ...upOptions(call, view), start: false }));
  return 0;
}
