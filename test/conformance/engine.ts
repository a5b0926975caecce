import { startTestEngine } from '../e2e/harness.ts';

/** An engine under the hands of somebody else's client. */
export interface EngineUnderTest extends AsyncDisposable {
  /** "unix:///run/…": what goes into DOCKER_HOST. */
  readonly host: string;
  /** The same without "unix://". */
  readonly socket: string;
}

/**
 * A private engine of ours with `busybox:latest`; or the one that SLIPWAY_CONFORMANCE_HOST names ("unix:///run/x.sock"),
 * which is how the scenarios are first proven right against a real Docker.
 */
export async function engineUnderTest(): Promise<EngineUnderTest> {
  const host = process.env['SLIPWAY_CONFORMANCE_HOST'];
  if (host) return { host, socket: host.replace('unix://', ''), [Symbol.asyncDispose]: async () => {} };
  return await startTestEngine();
}
