import type { Invocation } from '../../invocation.ts';

/** `diff`: what changed in a container's file system; C changed, A added, D deleted. */
export async function run({ args, connect, stdout }: Invocation): Promise<void> {
  const client = await connect();
  const changes = await client.containers.changes(args[0] ?? '');
  stdout.write((changes ?? []).map(({ Kind, Path }) => `${'CAD'.charAt(Kind)} ${Path}\n`).join(''));
}
