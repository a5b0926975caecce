import type { Invocation } from '../../invocation.ts';

/** `network disconnect`. */
export async function run({ args, flags, connect }: Invocation): Promise<void> {
  const client = await connect();
  await client.networks.disconnect(args[0] ?? '', args[1] ?? '', { force: flags.bool('force') });
}
