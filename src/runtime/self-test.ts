import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, nativeFile, systemCode } from '../base/index.ts';
import { defaultCapabilities } from './capabilities.ts';
import type { OciRuntime } from './oci-runtime.ts';
import { openScratchContainer, scratchSpec } from './scratch-container.ts';
import { defaultSeccomp } from './seccomp.ts';
import type { RuntimeOptions } from './types.ts';
import type { Zygote } from './zygote.ts';

/**
 * Runs a container that prints its own status, and insists on `Seccomp: 2`: the filter is in force. What passed once is remembered until
 * the next boot or a new version of the runtime.
 */
export async function selfTest(zygote: Zygote, runtime: OciRuntime, options: RuntimeOptions): Promise<void> {
  const file = join(options.dataRoot, 'cache', `selftest-${runtime.name}`);
  const facts = JSON.stringify([
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
    statSync(runtime.path).mtimeMs,
    statSync(nativeFile('slipway-shim')).mtimeMs,
    runtime.hideUnified,
  ]);
  if (readOptional(file) === facts) return;
  await using container = openScratchContainer(zygote, runtime, options.execRoot);
  const status = await container.run(await runtime.prepare(scratchSpec(defaultSeccomp(defaultCapabilities))));
  if (!/^Seccomp:\s*2$/m.test(status)) throw new EngineError('FAILED_PRECONDITION', 'the self-test container ran without its seccomp filter');
  mkdirSync(join(options.dataRoot, 'cache'), { recursive: true, mode: 0o700 });
  writeFileSync(file, facts, { mode: 0o600 });
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
