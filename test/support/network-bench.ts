import { execFile, execFileSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { bindInNetns } from '../../src/linux/index.ts';
import { openNetworks } from '../../src/network/index.ts';
import type { NetworkStore, Sandbox, SandboxRequest } from '../../src/network/index.ts';
import { openState } from '../../src/state/index.ts';
import type { State } from '../../src/state/index.ts';

/** Why a test that needs namespaces and rules cannot run here, or false. */
export const skipWithoutRoot: string | false = process.getuid?.() === 0 ? false : 'network namespaces and nftables need root';

/** A network room of a test: its own prefix, table, pool and directory, all gone afterwards. */
export interface NetworkBench {
  store: NetworkStore;
  state: State;
  prefix: string;
  table: string;
  /** Another store on the same records, as after a restart; the first one is left as SIGKILL would leave it, but for its sockets. */
  restart(): Promise<void>;
  /** Opens a sandbox of `name`; its container id begins with the name in hex. */
  open(name: string, request?: Partial<SandboxRequest>): Promise<Sandbox & { netnsPath: string }>;
}

export async function networkBench(t: TestContext, options: { bridgePrefix?: string; hostResolvConf?: string } = {}): Promise<NetworkBench> {
  const tag = randomBytes(3).toString('hex');
  const dir = mkdtempSync(join(tmpdir(), 'slipway-network-'));
  const state = openState(':memory:');
  const table = `slipway-${tag}`;
  const prefix = options.bridgePrefix ?? `t${tag.slice(0, 5)}`;
  const pool = { base: `10.${randomInt(100, 250)}.${randomInt(0, 16) * 16}.0/20`, size: 24 };
  const openStore = (): NetworkStore =>
    openNetworks({ ...options, state, netnsDir: join(dir, 'netns'), bridgePrefix: prefix, nftTable: table, addressPools: [pool] });
  const running = new Set<string>();
  const bench: NetworkBench = {
    store: openStore(),
    state,
    prefix,
    table,
    async restart() {
      await bench.store.close();
      bench.store = openStore();
      await bench.store.restore([...running]);
    },
    async open(name, request = {}) {
      const containerId = Buffer.from(name).toString('hex').padEnd(64, '0');
      const sandbox = await bench.store.openSandbox({ containerId, containerName: name, hostname: containerId.slice(0, 12), mode: 'default', ...request });
      running.add(containerId);
      return { ...sandbox, netnsPath: sandbox.netnsPath ?? '' };
    },
  };
  t.after(async () => {
    await bench.store.destroy();
    await bench.store.close();
    state.close();
    rmSync(dir, { recursive: true, force: true });
  });
  await bench.store.restore([]);
  return bench;
}

/** A TCP server inside a namespace that answers each client with `text` and the address it came from. */
export function serveTcp(t: TestContext, netnsPath: string, port: number, text: string, address = '0.0.0.0'): Promise<void> {
  const { fd } = bindInNetns(netnsPath, 'tcp', address, port);
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client.on('error', () => undefined));
    client.end(`${text} ${client.remoteAddress?.replace('::ffff:', '')}`);
  });
  // The last packets of a connection do not arrive when its network is gone before.
  t.after(() => {
    server.close();
    for (const client of clients) client.destroy();
  });
  return new Promise((resolve) => server.listen({ fd }, resolve));
}

/** A UDP server inside a namespace that answers each datagram with `text` and what it got. */
export function serveUdp(t: TestContext, netnsPath: string, port: number, text: string): Promise<void> {
  const { fd } = bindInNetns(netnsPath, 'udp', '0.0.0.0', port);
  const socket = createSocket('udp4', (data, from) => socket.send(`${text} ${data.toString()}`, from.port, from.address));
  t.after(() => socket.close());
  return new Promise((resolve) => socket.bind({ fd }, resolve));
}

/** What a server says to a client on the host; "ECONNREFUSED" and the like when it cannot be reached. */
export function dial(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 3000 });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'TIMEOUT' })));
    socket.on('close', () => resolve(text));
  });
}

/** The same for UDP. */
export function ask(host: string, port: number, question: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const timer = setTimeout(() => end('TIMEOUT'), 3000);
    const end = (text: string): void => {
      clearTimeout(timer);
      socket.close();
      resolve(text);
    };
    socket.on('error', (error) => end(String(error)));
    socket.on('message', (data) => end(data.toString()));
    socket.send(question, port, host);
  });
}

/** What a server says to a client inside a namespace; empty when it cannot be reached within two seconds. */
export function dialFrom(netnsPath: string, host: string, port: number): Promise<string> {
  return inside(netnsPath, 'busybox', ['nc', '-w', '2', host, String(port)]);
}

/** Addresses or names that the container's own name server gives; "NXDOMAIN" and the like when it gives none. */
export async function resolveFrom(netnsPath: string, name: string, type = 'a'): Promise<string[]> {
  const output = await inside(netnsPath, 'busybox', ['nslookup', `-type=${type}`, name, '127.0.0.11']);
  const failure = /: (NXDOMAIN|SERVFAIL|REFUSED)/.exec(output)?.[1];
  if (failure) return [failure];
  const answers = output
    .split('\n')
    .slice(2)
    .flatMap((line) => /^(?:Address:|.*name =) (\S+)$/.exec(line.trim())?.[1] ?? []);
  return answers.sort();
}

/** Output of a program that runs in a namespace. Its exit code does not count. */
export function inside(netnsPath: string, program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile('nsenter', [`--net=${netnsPath}`, program, ...args], { timeout: 20_000 }, (_error, stdout, stderr) => resolve(stdout + stderr));
    child.stdin?.end();
  });
}

/** Output of a program on the host. */
export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Links of the host, by name. */
export function hostLinks(): string[] {
  return (JSON.parse(run('ip', '-j', 'link')) as { ifname: string }[]).map(({ ifname }) => ifname);
}

/** An IPv4 address of the host that is no loopback: that of its default route. */
export function hostAddress(): string | undefined {
  const routes = JSON.parse(run('ip', '-j', 'route', 'get', '192.0.2.254')) as { prefsrc?: string }[];
  return routes[0]?.prefsrc;
}
