import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket as UdpSocket } from 'node:dgram';
import { createConnection, createServer, isIPv6 } from 'node:net';
import type { Server, Socket } from 'node:net';

const udpIdleMs = 90_000;
const mostUdpFlows = 1024;

/** A port of the host that the engine holds. */
export interface HostPort {
  readonly port: number;
  close(): void;
}

/** Where connections go that the kernel's translation does not take: the container's address. */
export interface ForwardTarget {
  address: string;
  port: number;
}

/**
 * Takes a port of the host by really binding it, so that nobody else can, and serves what address translation cannot:
 * connections to ::1, IPv6 clients of a container that has no IPv6, and all clients while somebody flushed the rules.
 * Rejects with the system's error: EADDRINUSE, EADDRNOTAVAIL, EACCES.
 */
export async function holdPort(protocol: string, hostIp: string, port: number, target: ForwardTarget): Promise<HostPort> {
  if (protocol === 'tcp') return await holdTcp(hostIp, port, target);
  if (protocol === 'udp') return await holdUdp(hostIp, port, target);
  return { port, close: () => undefined }; // SCTP: Node has no sockets for it; the translation alone publishes it.
}

function holdTcp(host: string, port: number, target: ForwardTarget): Promise<HostPort> {
  return new Promise((resolve, reject) => {
    const clients = new Set<Socket>();
    const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      clients.add(client);
      client.on('close', () => clients.delete(client));
      relay(client, target);
    });
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: isIPv6(host), exclusive: true }, () => {
      server.off('error', reject).on('error', () => undefined);
      resolve({
        port,
        close: () => {
          server.close();
          for (const client of clients) client.destroy();
        },
      });
    });
  });
}

function relay(client: Socket, target: ForwardTarget): void {
  const upstream = createConnection({ host: target.address, port: target.port, allowHalfOpen: true });
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => client.resetAndDestroy());
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
  client.pipe(upstream);
  upstream.pipe(client);
}

function holdUdp(host: string, port: number, target: ForwardTarget): Promise<HostPort> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', ipv6Only: isIPv6(host) });
    const flows = new Map<string, UdpFlow>();
    socket.once('error', reject);
    socket.on('message', (data, from) => flowOf(flows, socket, from, target)?.send(data));
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', reject).on('error', () => undefined);
      resolve({
        port,
        close: () => {
          socket.close();
          for (const flow of flows.values()) flow.close();
        },
      });
    });
  });
}

interface UdpFlow {
  send(data: Buffer): void;
  close(): void;
}

function flowOf(flows: Map<string, UdpFlow>, listener: UdpSocket, from: RemoteInfo, target: ForwardTarget): UdpFlow | undefined {
  const key = `${from.address} ${from.port}`;
  const known = flows.get(key);
  if (known) return known;
  if (flows.size >= mostUdpFlows) return undefined;
  const upstream = createSocket(isIPv6(target.address) ? 'udp6' : 'udp4');
  const close = (): void => {
    if (!flows.delete(key)) return;
    clearTimeout(timer);
    upstream.close();
  };
  const timer = setTimeout(close, udpIdleMs).unref();
  upstream.on('error', close);
  upstream.on('message', (data) => {
    timer.refresh();
    listener.send(data, from.port, from.address, () => undefined);
  });
  const flow: UdpFlow = {
    send: (data) => {
      timer.refresh();
      upstream.send(data, target.port, target.address, () => undefined);
    },
    close,
  };
  flows.set(key, flow);
  return flow;
}
