import { alignColumns } from '../../format/align-columns.ts';
import type { Invocation } from '../../invocation.ts';

/** `top`: the processes of a container, with columns of the machine's `ps`. */
export async function run({ args, connect, stdout }: Invocation): Promise<void> {
  const [name = '', ...psArgs] = args;
  const client = await connect();
  const { Titles, Processes } = await client.containers.top(name, psArgs.join(' '));
  stdout.write(alignColumns([Titles, ...(Processes ?? [])], { minWidth: 20, padding: 3 }));
}
