import type { Invocation } from '../../invocation.ts';
import { runProgram } from '../../connect/run-program.ts';
import { engineCommand } from '../../connect/installation.ts';

/** `engine`: runs the engine in the foreground with the given flags; `engine --help` lists them. */
export async function run({ args }: Invocation): Promise<number> {
  const [program, ...words] = engineCommand();
  return await runProgram(program, [...words, ...args]);
}
