import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';

import { EngineError, systemCode } from '../base/index.ts';
import { holdPort } from './host-port.ts';
import type { ForwardTarget, HostPort } from './host-port.ts';
import { findPortHolder } from './port-holder.ts';
import type { PortRequest } from './port-request.ts';
import type { PublishedPort } from './types.ts';

const defaultRange = { first: 32768, last: 60999 };

/** Addresses of one container that published ports lead to, and whose they are, for messages. */
export interface PortOwner {
  containerName: string;
  endpointId: string;
  ipv4: string | undefined;
  ipv6: string | undefined;
  /** Addresses to bind where a request names none: "0.0.0.0", "::", or the network's own choice. */
  hostIps: readonly string[];
}

interface Held extends HostPort {
  owner: string;
}

/** The host ports of one engine: chosen, bound, and given back. */
export class PortAllocator {
  readonly #held = new Map<string, Held>();
  #next = 0;

  /** Binds one request on each of its addresses, on the same port number. All or nothing. Throws FAILED_PRECONDITION in Docker's words with the holder named. */
  async open(request: PortRequest, owner: PortOwner): Promise<PublishedPort[]> {
    const hostIps = request.hostIp ? [request.hostIp] : owner.hostIps;
    let failure: unknown;
    for (const port of this.#candidates(request)) {
      const published = hostIps.map((hostIp) => ({ protocol: request.protocol, containerPort: request.containerPort, hostIp, hostPort: port }));
      try {
        await this.bind(published, owner);
        return published;
      } catch (error) {
        failure = error;
        if (systemCode(error) !== 'EADDRINUSE') break;
      }
    }
    throw await this.#explain(request, hostIps[0] ?? '0.0.0.0', owner, failure);
  }

  /** Binds exactly these ports: after a restart, or as one try of `open`. Rejects with the system's error, with nothing kept. */
  async bind(ports: readonly PublishedPort[], owner: PortOwner): Promise<void> {
    const done: PublishedPort[] = [];
    try {
      for (const port of ports) {
        if (this.#held.has(keyOf(port))) throw Object.assign(new Error('port is held'), { code: 'EADDRINUSE' });
        done.push(port);
        this.#held.set(keyOf(port), { port: port.hostPort, close: () => undefined, owner: owner.containerName });
        const held = await holdPort(port.protocol, port.hostIp, port.hostPort, targetOf(port, owner));
        this.#held.set(keyOf(port), { ...held, owner: owner.containerName });
      }
    } catch (error) {
      this.close(done);
      throw error;
    }
  }

  close(ports: readonly PublishedPort[]): void {
    for (const port of ports) {
      this.#held.get(keyOf(port))?.close();
      this.#held.delete(keyOf(port));
    }
  }

  closeAll(): void {
    for (const held of this.#held.values()) held.close();
    this.#held.clear();
  }

  /** Ports to try, in order. Free ones are tried from a place that moves on, so a port that was just given back rests a while. */
  *#candidates({ first, last }: PortRequest): Generator<number> {
    if (first !== 0) {
      for (let port = first; port <= last; port++) yield port;
      return;
    }
    const range = ephemeralRange();
    const size = range.last - range.first + 1;
    for (let tried = 0; tried < size; tried++) yield range.first + (this.#next++ % size);
  }

  async #explain(request: PortRequest, hostIp: string, owner: PortOwner, cause: unknown): Promise<EngineError> {
    const prefix = `driver failed programming external connectivity on endpoint ${owner.containerName} (${owner.endpointId}): `;
    const bind = `${bracket(hostIp)}:${request.first || ''}`;
    const failed = (text: string, details = {}): EngineError => new EngineError('FAILED_PRECONDITION', prefix + text, { cause, details });
    if (systemCode(cause) !== 'EADDRINUSE') {
      const target = `${bind}:${bracket(targetOf({ hostIp }, owner).address)}:${request.containerPort}/${request.protocol}`;
      return failed(`failed to bind host port for ${target}: ${reasons[systemCode(cause) ?? ''] ?? String(cause)}`);
    }
    if (request.first === 0 || request.last !== request.first) return failed('all ports are allocated');
    const sibling = [...this.#held].find(([key]) => key.startsWith(`${request.protocol} `) && key.endsWith(` ${request.first}`))?.[1].owner;
    const process = sibling === undefined ? await findPortHolder(request.protocol, hostIp, request.first) : undefined;
    const holder = sibling === undefined ? process && `process ${process.command} (pid ${process.pid})` : `container ${sibling}`;
    return failed(`Bind for ${bind} failed: port is already allocated${holder ? ` (held by ${holder})` : ''}`, { port: request.first, holder });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
  EAFNOSUPPORT: 'address family not supported by protocol',
};

function targetOf({ hostIp, containerPort = 0 }: { hostIp: string; containerPort?: number }, owner: PortOwner): ForwardTarget {
  const address = isIPv6(hostIp) ? (owner.ipv6 ?? owner.ipv4) : (owner.ipv4 ?? owner.ipv6);
  return { address: address ?? '', port: containerPort };
}

function keyOf({ protocol, hostIp, hostPort }: PublishedPort): string {
  return `${protocol} ${hostIp} ${hostPort}`;
}

function bracket(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

function ephemeralRange(): { first: number; last: number } {
  try {
    const [first, last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number);
    if (first && last && first <= last) return { first, last };
  } catch {
    // Not there inside some namespaces.
  }
  return defaultRange;
}
