import { keyValues } from '../../flags/key-values.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `volume create`: makes a volume and prints its name. */
export async function run({ args, flags, connect, stdout }: Invocation): Promise<void> {
  const given = flags.string('name');
  if (given && args[0] !== undefined) throw new ExitError(1, 'conflicting options: cannot specify a volume-name through both --name and as a positional arg');
  const client = await connect();
  const { Name } = await client.volumes.create({
    Name: given || (args[0] ?? ''),
    Driver: flags.string('driver'),
    DriverOpts: keyValues(flags.list('opt')),
    Labels: keyValues(flags.list('label')),
  });
  stdout.write(`${Name}\n`);
}
