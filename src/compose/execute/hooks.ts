import { EngineError } from '../../base/index.ts';
import type { HookConfig } from '../../compose-file/index.ts';
import { environmentList } from '../create/environment.ts';
import type { ExecuteContext } from './context.ts';

/** Runs commands inside a container, one after the other. FAILED_PRECONDITION when one ends with anything but 0. */
export async function runHooks(
  id: string,
  hooks: readonly HookConfig[],
  when: string,
  { client, signal }: Pick<ExecuteContext, 'client' | 'signal'>,
): Promise<void> {
  for (const hook of hooks) {
    const { Id } = await client.execs.create(id, {
      Cmd: hook.command,
      Env: environmentList(hook.environment),
      User: hook.user ?? '',
      WorkingDir: hook.working_dir ?? '',
      Privileged: hook.privileged ?? false,
      AttachStdout: true,
      AttachStderr: true,
    });
    const { stream } = await client.execs.start(Id, { signal });
    const said: Buffer[] = [];
    for await (const chunk of stream) said.push(chunk);
    const { ExitCode } = await client.execs.inspect(Id);
    if (ExitCode !== 0) {
      const last =
        Buffer.concat(said)
          .toString()
          .replaceAll(/[^\x20-\x7e\n]/g, '')
          .trim()
          .split('\n')
          .at(-1) ?? '';
      throw new EngineError('FAILED_PRECONDITION', `${when} hook "${hook.command.join(' ')}" exited with status ${ExitCode}${last ? `: ${last}` : ''}`);
    }
  }
}
