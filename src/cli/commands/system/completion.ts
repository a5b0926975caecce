import type { Invocation } from '../../invocation.ts';
import { completionScript } from '../../completion/scripts.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `completion`: the script that makes a shell ask this program for completions. */
export function run({ args, program, stdout }: Invocation): Promise<void> {
  const script = completionScript(args[0] ?? '', program);
  if (script === undefined)
    throw new ExitError(1, `${program}: there is no completion for the shell ${JSON.stringify(args[0])}; there is for bash, zsh and fish`);
  stdout.write(script);
  return Promise.resolve();
}
