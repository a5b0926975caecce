import { createSocket } from 'node:dgram';
import { createConnection, isIPv6 } from 'node:net';

const patienceMs = 4000;
const mostInFlight = 1024;
const dnsPort = 53;

/** Sends queries on to name servers of the host, in their order, until one answers. */
export class DnsForwarder {
  #inFlight = 0;

  /** The raw answer, or undefined when no server gave one. Each query leaves from a port of its own, so that no stranger guesses it. */
  async forward(query: Buffer, servers: readonly string[], transport: 'udp' | 'tcp', signal: AbortSignal): Promise<Buffer | undefined> {
    if (this.#inFlight >= mostInFlight) return undefined;
    this.#inFlight++;
    try {
      for (const server of servers) {
        const answer = await (transport === 'udp' ? askUdp(query, server, signal) : askTcp(query, server, signal));
        if (answer) return answer;
        if (signal.aborted) return undefined;
      }
      return undefined;
    } finally {
      this.#inFlight--;
    }
  }
}

/** Reads messages of a TCP stream, each behind its length. `onMessage` gets whole messages. */
export function tcpMessages(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      onMessage(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
  };
}

/** A message behind its length, as TCP carries it. */
export function tcpFrame(message: Buffer): Buffer {
  const frame = Buffer.alloc(2 + message.length);
  frame.writeUInt16BE(message.length);
  message.copy(frame, 2);
  return frame;
}

function askUdp(query: Buffer, server: string, signal: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
    const end = once((answer?: Buffer) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.close();
      resolve(answer);
    });
    const abort = (): void => end();
    const timer = setTimeout(end, patienceMs);
    signal.addEventListener('abort', abort);
    socket.on('error', () => end());
    socket.on('message', (answer) => {
      if (answer.length >= 12 && answer.readUInt16BE(0) === query.readUInt16BE(0)) end(answer);
    });
    // A connected socket hears only its server, and its refusals.
    socket.connect(dnsPort, server, () => socket.send(query));
  });
}

function askTcp(query: Buffer, server: string, signal: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: server, port: dnsPort, timeout: patienceMs });
    const end = once((answer?: Buffer) => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      resolve(answer);
    });
    const abort = (): void => end();
    signal.addEventListener('abort', abort);
    socket.on('error', () => end());
    socket.on('timeout', () => end());
    socket.on('close', () => end());
    socket.on('data', tcpMessages(end));
    socket.write(tcpFrame(query));
  });
}

function once<T extends unknown[]>(work: (...args: T) => void): (...args: T) => void {
  let done = false;
  return (...args) => {
    if (done) return;
    done = true;
    work(...args);
  };
}
