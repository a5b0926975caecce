import { credentialKey, eraseCredentials } from '../../config/credentials.ts';
import type { Invocation } from '../../invocation.ts';

/** `logout`: forgets the credentials for a registry. */
export async function run({ args, config, stdout }: Invocation): Promise<void> {
  const registry = args[0] ?? '';
  const key = credentialKey(registry);
  stdout.write(`Removing login credentials for ${key}\n`);
  await eraseCredentials(config(), registry);
}
