import { rmSync } from 'node:fs';
import { createClient } from '../client/index.ts';
import type { Client } from '../client/index.ts';
import { startEngineProcess } from './engine-process.ts';
import { privateRoots, rootFlags } from './private-roots.ts';

/** What a private engine may be told. */
export interface StartEngineOptions {
  /** Further flags of `slipway engine`: ["--insecure-registry", "localhost:5000"]. */
  readonly flags?: readonly string[];
  /** Lines that the engine writes for its operator. */
  readonly onLog?: (line: string) => void;
}

/** An engine that lives with this process. */
export interface PrivateEngine extends AsyncDisposable {
  /** For DOCKER_HOST: "unix:///tmp/slipway-x/engine.sock". */
  readonly host: string;
  readonly client: Client;
  readonly pid: number;
  /** Removes its containers, images, networks and volumes, and ends it. `await using` does this too. */
  stop(): Promise<void>;
}

/**
 * Starts an engine of your own: private directories, sockets, bridges, addresses and firewall table, all of them gone when it is
 * stopped, or when this process ends, however it ends. Needs root. UNAVAILABLE with the engine's words when it cannot start.
 */
export async function startEngine(options: StartEngineOptions = {}): Promise<PrivateEngine> {
  const roots = privateRoots();
  try {
    const engine = await startEngineProcess([...rootFlags(roots), ...(options.flags ?? [])], options.onLog ? { onLog: options.onLog } : {});
    const host = `unix://${roots.socket}`;
    const client = createClient({ host });
    const stop = async (): Promise<void> => {
      client.connection.close();
      engine.leave();
      await engine.exited;
      rmSync(roots.directory, { recursive: true, force: true });
    };
    return { host, client, pid: engine.pid, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    rmSync(roots.directory, { recursive: true, force: true });
    throw error;
  }
}
