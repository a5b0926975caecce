import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { Server } from 'node:http';
import { EngineError, systemCode } from '../../base/index.ts';
import { formatHostAddress } from './host-address.ts';
import type { HostAddress } from './host-address.ts';

/** Starts listening; answers the address in use, with the port that was chosen for port 0. A stale socket file is replaced, a live one refused. */
export async function listen(server: Server, address: HostAddress): Promise<string> {
  if (address.kind === 'unix') await clearStale(address.path);
  await started(server, address);
  if (address.kind === 'unix') {
    chmodSync(address.path, 0o660);
    return formatHostAddress(address);
  }
  const bound = server.address();
  return formatHostAddress(typeof bound === 'object' && bound ? { ...address, port: bound.port } : address);
}

async function clearStale(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return;
  if (await answers(path))
    throw new EngineError('FAILED_PRECONDITION', `Cannot listen on "${path}": another engine answers there. Stop it, or choose another --host.`);
  rmSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function started(server: Server, address: HostAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(new EngineError('FAILED_PRECONDITION', `Cannot listen on ${formatHostAddress(address)}: ${systemCode(cause) ?? cause.message}`, { cause }));
    server.once('error', failed);
    const ready = (): void => {
      server.removeListener('error', failed);
      resolve();
    };
    if (address.kind === 'unix') server.listen(address.path, ready);
    else server.listen(address.port, address.host, ready);
  });
}
