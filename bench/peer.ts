import { spawnSync } from 'node:child_process';

/** A container platform under measurement: its command line and the environment that points it at its engine. */
export interface Peer {
  /** "slipway", "docker" or "podman". */
  readonly name: string;
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs `peer ARGS…` to its end and gives its output. Throws with what it printed when it fails. */
export function call(peer: Peer, args: readonly string[], input?: Buffer): string {
  const { status, stdout, stderr, error } = spawnSync(peer.command, args, {
    env: { ...process.env, ...peer.env },
    maxBuffer: 64 << 20,
    ...(input && { input }),
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${peer.name} ${args.join(' ')}: exit ${String(status)}\n${stderr.toString()}`);
  return stdout.toString();
}

/** Milliseconds that `peer ARGS…` takes, from before its start until after its end. */
export function time(peer: Peer, args: readonly string[]): number {
  const started = performance.now();
  call(peer, args);
  return performance.now() - started;
}
