import type { Invocation } from '../../invocation.ts';
import { registryCommand } from '../../connect/installation.ts';
import { runProgram } from '../../connect/run-program.ts';

/** `registry serve`: a registry in the foreground. */
export async function run({ flags }: Invocation): Promise<number> {
  const [program, ...words] = registryCommand();
  return await runProgram(program, [...words, '--listen', flags.string('listen'), '--storage', flags.string('storage')]);
}
