import { clientVersion } from '../client-version.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';

/** `compose version`. */
export function run({ flags, stdout, program }: Invocation): Promise<void> {
  const format = flags.string('format') || 'pretty';
  if (format !== 'pretty' && format !== 'json') throw new ExitError(1, `unsupported format "${format}": use "pretty" or "json"`);
  if (flags.bool('short')) stdout.write(`${clientVersion.version}\n`);
  else if (format === 'json') stdout.write(`${JSON.stringify({ version: clientVersion.version })}\n`);
  else stdout.write(`${program === 'docker' ? 'Docker' : 'Slipway'} Compose version ${clientVersion.version}\n`);
  return Promise.resolve();
}
