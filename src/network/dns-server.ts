import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

import { addressBytes, bindInNetns } from '../linux/index.ts';
import { tcpFrame, tcpMessages } from './dns-forward.ts';
import type { DnsForwarder } from './dns-forward.ts';
import { dnsCode, dnsType, encodeAnswer, encodeName, parseQuery, reverseAddress } from './dns-message.ts';
import type { DnsQuestion, DnsRecord } from './dns-message.ts';
import type { NameIndex, NameView } from './dns-names.ts';
import type { EndpointRecord } from './record.ts';

/** Where containers of user networks find the engine's name server. */
export const dnsAddress = '127.0.0.11';

const udpLimitBytes = 512;
const idleMs = 10_000;
/** Answers that a client may leave unread; one that only asks would fill our memory. */
const mostUnreadBytes = 1 << 20;

/** What a sandbox's server needs to answer; read anew for each query, so connects and renames count at once. */
export interface DnsView {
  view(): NameView;
  /** Servers outside; empty for a container that has no way out (internal networks only): its queries must not leave through us. */
  servers(): readonly string[];
}

/** The engine's name server inside one namespace. Its sockets die with the engine; a new engine binds the same ports again. */
export class DnsServer {
  readonly udpPort: number;
  readonly tcpPort: number;
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #clients = new Set<Socket>();
  readonly #stop = new AbortController();
  readonly #names: NameIndex;
  readonly #forwarder: DnsForwarder;
  readonly #asker: DnsView;

  /** Binds inside `netnsPath`; ports of 0 take free ones. */
  constructor(netnsPath: string, shared: { names: NameIndex; forwarder: DnsForwarder; asker: DnsView }, ports = { udpPort: 0, tcpPort: 0 }) {
    this.#names = shared.names;
    this.#forwarder = shared.forwarder;
    this.#asker = shared.asker;
    const udp = bindInNetns(netnsPath, 'udp', dnsAddress, ports.udpPort);
    const tcp = bindInNetns(netnsPath, 'tcp', dnsAddress, ports.tcpPort);
    this.udpPort = udp.port;
    this.tcpPort = tcp.port;
    this.#udp = createSocket('udp4');
    this.#udp.on('error', () => undefined);
    this.#udp.on('message', (query, from) => void this.#serveUdp(query, from.port, from.address));
    this.#udp.bind({ fd: udp.fd, exclusive: true });
    this.#tcp = createServer((client) => this.#serveTcp(client));
    this.#tcp.on('error', () => undefined);
    this.#tcp.listen({ fd: tcp.fd });
  }

  close(): void {
    this.#stop.abort();
    this.#udp.close();
    this.#tcp.close();
    for (const client of this.#clients) client.destroy();
  }

  async #serveUdp(query: Buffer, port: number, address: string): Promise<void> {
    const answer = await this.#answer(query, 'udp');
    if (answer && !this.#stop.signal.aborted) this.#udp.send(answer, port, address, () => undefined);
  }

  #serveTcp(client: Socket): void {
    this.#clients.add(client);
    client.setTimeout(idleMs, () => client.destroy());
    client.on('error', () => undefined);
    client.on('close', () => this.#clients.delete(client));
    client.on(
      'data',
      tcpMessages((query) => {
        if (client.writableLength > mostUnreadBytes) client.destroy();
        else void this.#answer(query, 'tcp').then((answer) => answer && client.writable && client.write(tcpFrame(answer)));
      }),
    );
  }

  async #answer(query: Buffer, transport: 'udp' | 'tcp'): Promise<Buffer | undefined> {
    const question = parseQuery(query);
    if (!question) return undefined;
    const limitBytes = transport === 'udp' ? udpLimitBytes : 65535;
    const records = this.#own(question);
    if (records) return encodeAnswer(query, question, records, { limitBytes });
    const servers = this.#asker.servers();
    const answer = servers.length > 0 ? await this.#forwarder.forward(query, servers, transport, this.#stop.signal) : undefined;
    return answer ?? encodeAnswer(query, question, [], { code: dnsCode.serverFailure });
  }

  /** Records for names that are ours; undefined for names that others must know. */
  #own(question: DnsQuestion): DnsRecord[] | undefined {
    if (question.type === dnsType.ptr) {
      const address = reverseAddress(question.name);
      const name = address && this.#names.reverse(this.#asker.view(), address);
      return name ? [{ type: dnsType.ptr, data: encodeName(name) }] : undefined;
    }
    return this.#names.lookup(this.#asker.view(), question.name)?.flatMap((endpoint) => addressesOf(endpoint, question.type));
  }
}

function addressesOf(endpoint: EndpointRecord, type: number): DnsRecord[] {
  const records: DnsRecord[] = [];
  if (endpoint.ipv4 && (type === dnsType.a || type === dnsType.any)) records.push({ type: dnsType.a, data: addressBytes(endpoint.ipv4.address) });
  if (endpoint.ipv6 && (type === dnsType.aaaa || type === dnsType.any)) records.push({ type: dnsType.aaaa, data: addressBytes(endpoint.ipv6.address) });
  return records;
}
