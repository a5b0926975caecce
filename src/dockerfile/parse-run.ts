import { commandForm } from './arguments.ts';
import { parseError } from './dockerfile-error.ts';
import { FlagValues } from './flags.ts';
import type { RawInstruction, RunInstruction } from './types.ts';

const NETWORKS = ['default', 'none', 'host'] as const;

/** RUN [--mount --network --security --device] COMMAND */
export function parseRun(raw: RawInstruction): RunInstruction {
  const flags = new FlagValues(raw.flags, { mount: 'list', network: 'text', security: 'text', device: 'list' }, raw.range);
  if (raw.rest === '') throw parseError('RUN requires at least one argument', raw.range);
  refuseUnsafe(flags, raw);
  const given = flags.text('network') ?? 'default';
  const network = NETWORKS.find((name) => name === given);
  if (!network) throw parseError(`invalid network mode "${given}"`, raw.range);
  return { kind: 'run', raw, command: commandForm(raw), heredocs: raw.heredocs, mounts: flags.list('mount'), network };
}

function refuseUnsafe(flags: FlagValues, raw: RawInstruction): void {
  const security = flags.text('security');
  if (security !== undefined && security !== 'sandbox' && security !== 'insecure') throw parseError(`security mode "${security}" is not valid`, raw.range);
  if (security === 'insecure')
    throw parseError(
      'RUN --security=insecure is not granted: build steps never run privileged here. Do the privileged work in a container with "run --privileged" and commit it',
      raw.range,
    );
  if (flags.list('device').length > 0)
    throw parseError('RUN --device is not supported: build steps see no host devices. Use a container with "run --device" and commit it', raw.range);
}
