import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Host } from './host.ts';

/** Reaches an engine through `ssh HOST docker system dial-stdio`, as the Docker CLI does: the user's own keys, config and agent apply. */
export function openSsh(host: Extract<Host, { kind: 'ssh' }>): Promise<Duplex> {
  const socket = host.socket === undefined ? [] : ['--host', `unix://${host.socket}`];
  const port = host.port === undefined ? [] : ['-p', String(host.port)];
  const child = spawn('ssh', [...port, '-o', 'ConnectTimeout=30', '-T', '--', host.target, 'docker', ...socket, 'system', 'dial-stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
      stream.once('close', () => child.kill());
      resolve(stream);
    });
  });
}
