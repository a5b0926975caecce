import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';

import { EngineError, isEngineError } from '../base/index.ts';
import { changeSetElements, openNft } from '../linux/index.ts';
import type { Nft } from '../linux/index.ts';
import { networkRules, networkRulesRemoval, portElements, portRules, tableRules } from './firewall-rules.ts';
import type { OpenPort, PortRule } from './firewall-rules.ts';
import { acceptInForeignChains } from './foreign-forward.ts';
import { acceptInLegacyTables } from './foreign-legacy.ts';
import type { NetworkRecord } from './record.ts';

/** Everything that the table holds. */
export interface FirewallContents {
  networks: readonly NetworkRecord[];
  ports: readonly PortRule[];
  open: readonly OpenPort[];
}

const reassertMs = 5000;

/** The engine's own nftables table, and its accept rules in chains of others that drop by default. */
export class Firewall {
  readonly #table: string;
  readonly #owner: string;
  readonly #contents: () => FirewallContents;
  readonly #nft: Nft = openNft();
  #bridges: string[] = [];
  #orphans: string[] = [];
  #loaded = false;
  #asserting: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param owner directory of the engine's namespaces: what tells its table from another engine's
   * @param contents what the whole table should hold now
   */
  constructor(table: string, owner: string, contents: () => FirewallContents) {
    if (!/^[a-zA-Z][a-zA-Z0-9_-]{0,30}$/.test(table)) throw new EngineError('INVALID_ARGUMENT', `invalid nftables table name "${table}"`);
    this.#table = table;
    this.#owner = owner;
    this.#contents = contents;
  }

  /** Throws FAILED_PRECONDITION when the table is another engine's. Comes before anything is changed. */
  async claim(): Promise<void> {
    const owners = await tableOwners();
    const owner = owners.get(this.#table);
    if (owner !== undefined && owner !== this.#owner && existsSync(owner)) {
      throw new EngineError(
        'FAILED_PRECONDITION',
        `the nftables table "${this.#table}" belongs to the engine of ${owner}; give this one its own with --nft-table (and --bridge-prefix)`,
      );
    }
    const isOrphan = ([name, path]: [string, string]): boolean => name !== this.#table && name.startsWith('slipway') && isAbsolute(path) && !existsSync(path);
    this.#orphans = [...owners].filter(isOrphan).map(([name]) => name);
  }

  /**
   * Removes tables of engines like this one whose directory is gone: killed ones of tests, and of roots that somebody deleted.
   * Their published ports would lead clients of ours to containers that are no more.
   */
  async removeOrphans(): Promise<void> {
    for (const name of this.#orphans.splice(0)) {
      await acceptInForeignChains(this.#nft, name, []);
      await this.#nft.run([`delete table inet ${name}`]).catch(() => undefined); // Another engine may do the same.
    }
  }

  /** Replaces the whole table at once, so no packet meets half of it. */
  async load(): Promise<void> {
    await this.#loadTable();
    await this.reassert();
    this.#timer ??= setInterval(() => void this.reassert().catch(() => undefined), reassertMs).unref();
  }

  async #loadTable(): Promise<void> {
    const { networks, ports, open } = this.#contents();
    const commands = [
      `add table inet ${this.#table}`,
      `delete table inet ${this.#table}`,
      tableRules(this.#table, this.#owner),
      ...networks.flatMap((network) => networkRules(this.#table, network)),
      ...portRules(this.#table, portElements(ports, open)),
    ];
    await runOnce(commands.join('\n'));
    this.#bridges = networks.map(({ link }) => link);
    this.#loaded = true;
  }

  async addNetwork(network: NetworkRecord): Promise<void> {
    try {
      await this.#nft.run(networkRules(this.#table, network));
    } catch (error) {
      if (!isEngineError(error, 'INTERNAL')) throw error;
      await this.load(); // The table is gone: somebody flushed all rules.
      return;
    }
    this.#bridges.push(network.link);
    await this.reassert();
  }

  async removeNetwork(network: NetworkRecord): Promise<void> {
    this.#bridges = this.#bridges.filter((bridge) => bridge !== network.link);
    try {
      await this.#nft.run(networkRulesRemoval(this.#table, network));
    } catch (error) {
      // Somebody removed some of them already; what is left hangs on a link that goes now, and on nothing else.
      if (!isEngineError(error, 'INTERNAL')) throw error;
    }
    await this.reassert().catch(() => undefined); // The timer does it again.
  }

  /** Publishes ports, all or none. */
  addPorts(ports: readonly PortRule[], open: readonly OpenPort[]): void {
    const elements = portElements(ports, open);
    if (elements.length > 0) changeSetElements(this.#table, 'add', elements);
  }

  /** Takes ports back; those that somebody else removed already are fine. */
  removePorts(ports: readonly PortRule[], open: readonly OpenPort[]): void {
    const elements = portElements(ports, open);
    if (elements.length === 0 || changeSetElements(this.#table, 'delete', elements)) return;
    for (const element of elements) changeSetElements(this.#table, 'delete', [element]);
  }

  /** Puts our accept rules back into chains of others that were flushed or came after us; takes away those of bridges that are gone. */
  async reassert(): Promise<void> {
    // One after the other: two at once would both find a rule missing, and both add it.
    const turn = this.#asserting.catch(() => undefined).then(() => this.#accept());
    this.#asserting = turn;
    await turn;
  }

  /** Removes the table and every accept rule. */
  async destroy(): Promise<void> {
    clearInterval(this.#timer);
    this.#bridges = [];
    this.#loaded = false;
    await this.reassert();
    await this.#nft.run([`add table inet ${this.#table}`, `delete table inet ${this.#table}`]);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#asserting.catch(() => undefined);
    await this.#nft.close();
  }

  async #accept(): Promise<void> {
    if (this.#loaded && !(await this.#isThere())) await this.#loadTable();
    await acceptInForeignChains(this.#nft, this.#table, this.#bridges);
    await acceptInLegacyTables(this.#table, this.#bridges);
  }

  /** False after `nft flush ruleset`, which many firewall scripts begin with. */
  async #isThere(): Promise<boolean> {
    const tables = await this.#nft.list('list tables inet');
    return tables.some(({ table }) => table?.['name'] === this.#table);
  }
}

/** Tables of family inet with their comments, which say whose they are: nft's JSON leaves them out, its text has them. */
async function tableOwners(): Promise<Map<string, string>> {
  const text = await new Promise<string>((resolve) =>
    execFile('nft', ['-t', 'list', 'ruleset', 'inet'], { maxBuffer: 64 << 20 }, (_error, stdout) => resolve(stdout)),
  );
  return new Map([...text.matchAll(/^table inet (\S+) \{\n\s*comment "([^"]*)"/gm)].map(([, name = '', owner = '']) => [name, owner]));
}

function runOnce(commands: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('nft', ['-f', '-'], (error, _stdout, stderr) => {
      if (!error) return resolve();
      const missing = 'code' in error && error.code === 'ENOENT';
      reject(
        missing
          ? new EngineError('UNAVAILABLE', 'nft cannot be run; install the package nftables', { cause: error })
          : new EngineError('INTERNAL', `Cannot load the firewall rules: ${stderr.trim()}`, { cause: error }),
      );
    });
    child.stdin?.end(commands);
  });
}
