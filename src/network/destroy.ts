import { existsSync, readdirSync } from 'node:fs';

import { deleteLink, listLinks, removeNetns } from '../linux/index.ts';
import { removeBridge } from './bridge-link.ts';
import type { NetworkContext } from './context.ts';
import { closeSandbox } from './sandbox-open.ts';
import { removeParent } from './vlan-parent.ts';

/** Takes everything of this engine out of the kernel. The records of networks stay. */
export async function destroy(context: NetworkContext): Promise<void> {
  for (const sandbox of context.sandboxes.values()) await closeSandbox(context, sandbox);
  context.pool.close();
  const dir = context.options.netnsDir;
  for (const name of existsSync(dir) ? readdirSync(dir) : []) removeNetns(context.pool.path(name));
  removeHostEnds(context);
  await context.firewall.destroy();
  for (const network of context.networks.values()) {
    if (network.driver === 'bridge') removeBridge(network);
    else if (network.driver === 'ipvlan' || network.driver === 'macvlan') removeParent(network);
  }
}

/** The kernel takes the links of a namespace away on its own time, also after their bridge is gone; who destroys everything waits for it. */
function removeHostEnds(context: NetworkContext): void {
  const bridges = new Set([...context.networks.values()].map(({ link }) => link));
  const links = listLinks();
  const ours = new Set(links.filter(({ name }) => bridges.has(name)).map(({ index }) => index));
  const hostEnd = `${context.options.bridgePrefix.slice(0, 7)}v`;
  for (const { name, kind, master } of links) if (kind === 'veth' && (ours.has(master) || name.startsWith(hostEnd))) deleteLink(name);
}
