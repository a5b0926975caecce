import type { ContainerStopOptions } from '../../../client/index.ts';
import type { Flags } from '../../parse/flags.ts';

/** What stop and restart say about how to stop. */
export function stopOptions(flags: Flags): ContainerStopOptions {
  const timeout = ['timeout', 'time'].find((name) => flags.changed(name));
  return { ...(flags.string('signal') ? { signal: flags.string('signal') } : {}), ...(timeout ? { timeoutSeconds: flags.int(timeout) } : {}) };
}
