import { readdirSync, readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AgentOptions } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { systemCode } from '../../base/index.ts';
import type { RegistryConfig } from './types.ts';

/** One way to reach a registry. */
export interface Endpoint {
  /** "https://registry-1.docker.io" */
  readonly base: URL;
  /** A stand-in for another registry: its failures are no answer. */
  readonly mirror: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** The connections for a URL of this registry, or of what it points to. */
  agentFor(url: URL): HttpAgent | HttpsAgent;
}

const hubHost = 'registry-1.docker.io';
const defaultCertsFolders = ['/etc/docker/certs.d'];

/** The ways to reach registries, with their connections. */
export class Endpoints implements Disposable {
  readonly #config: RegistryConfig;
  readonly #plain = new HttpAgent({ keepAlive: true });
  readonly #secure = new Map<string, HttpsAgent>();

  constructor(config: RegistryConfig) {
    this.#config = config;
  }

  /** In the order to try: mirrors (for pulls of Docker Hub's images), https, and http where that is good enough. */
  of(domain: string, { mirrors }: { readonly mirrors: boolean }): readonly Endpoint[] {
    const host = domain === 'docker.io' ? hubHost : domain;
    const ways =
      mirrors && domain === 'docker.io'
        ? (this.#config.mirrors ?? []).map((mirror) => this.#endpoint(new URL(mirror.includes('://') ? mirror : `https://${mirror}`), true))
        : [];
    const insecure = this.isInsecure(host);
    return [...ways, this.#endpoint(new URL(`https://${host}`), false), ...(insecure ? [this.#endpoint(new URL(`http://${host}`), false)] : [])];
  }

  /** True for loopback, and for what the configuration names. */
  isInsecure(host: string): boolean {
    const { hostname } = new URL(`http://${host}`);
    const bare = hostname.replace(/^\[|\]$/g, '');
    const named = this.#config.insecureRegistries ?? [];
    if (bare === 'localhost' || named.includes(host) || named.includes(bare)) return true;
    const version = isIP(bare);
    return version !== 0 && this.#blocks(named).check(bare, version === 6 ? 'ipv6' : 'ipv4');
  }

  #blocks(named: readonly string[]): BlockList {
    const blocks = new BlockList();
    for (const cidr of ['127.0.0.0/8', '::1/128', ...named]) {
      const [address = '', prefix] = cidr.split('/');
      const version = isIP(address);
      if (version !== 0 && prefix !== undefined) blocks.addSubnet(address, Number(prefix), version === 6 ? 'ipv6' : 'ipv4');
    }
    return blocks;
  }

  #endpoint(base: URL, mirror: boolean): Endpoint {
    return { base, mirror, headers: { 'user-agent': this.#config.userAgent ?? 'slipway' }, agentFor: (url) => this.#agentFor(url) };
  }

  #agentFor(url: URL): HttpAgent | HttpsAgent {
    if (url.protocol !== 'https:') return this.#plain;
    const known = this.#secure.get(url.host);
    if (known) return known;
    const agent = new HttpsAgent({ keepAlive: true, ...this.#tlsOptions(url.host) });
    this.#secure.set(url.host, agent);
    return agent;
  }

  #tlsOptions(host: string): AgentOptions {
    const files = (this.#config.certsFolders ?? defaultCertsFolders).flatMap((folder) => filesIn(join(folder, host)));
    const read = (ending: string): Buffer[] => files.filter((file) => file.endsWith(ending)).map((file) => readFileSync(file));
    const [authorities, certificates, keys] = [read('.crt'), read('.cert'), read('.key')];
    return {
      rejectUnauthorized: !this.isInsecure(host),
      ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
      ...(certificates.length > 0 && { cert: certificates, key: keys }),
    };
  }

  [Symbol.dispose](): void {
    this.#plain.destroy();
    for (const agent of this.#secure.values()) agent.destroy();
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
