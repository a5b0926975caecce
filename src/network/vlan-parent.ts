import { EngineError, isEngineError } from '../base/index.ts';
import { addHostLink, changeLink, deleteLink, linkNamed } from '../linux/index.ts';
import type { NetworkRecord } from './record.ts';

const macvlanModes: Readonly<Record<string, number>> = { private: 1, vepa: 2, bridge: 4, passthru: 8 };
const ipvlanModes: Readonly<Record<string, number>> = { l2: 0, l3: 1, l3s: 2 };

/** The kernel's number for a network's mode. Throws INVALID_ARGUMENT for an unknown one. */
export function vlanMode({ driver, options }: Pick<NetworkRecord, 'driver' | 'options'>): number {
  const ipvlan = driver === 'ipvlan';
  const name = ipvlan ? (options['ipvlan_mode'] ?? 'l2') : (options['macvlan_mode'] ?? 'bridge');
  const mode = (ipvlan ? ipvlanModes : macvlanModes)[name];
  if (mode === undefined)
    throw new EngineError(
      'INVALID_ARGUMENT',
      `requested ${driver} mode '${name}' is not valid, '${ipvlan ? 'l2' : 'bridge'}' mode is the ${driver} driver default`,
    );
  return mode;
}

/**
 * The link that ipvlan and macvlan networks stand on: one of the host's, a VLAN of it ("eth0.10") that is made when it is
 * not there, or, without `parent`, a dummy device that leads nowhere. Returns the network with what it owns.
 */
export function ensureParent(network: NetworkRecord): NetworkRecord {
  vlanMode(network);
  const name = network.link || `dm-${network.id.slice(0, 12)}`;
  if (linkNamed(name)) return { ...network, link: name };
  if (network.link === '') addDummy(name);
  else addVlanDevice(name);
  const made = linkNamed(name);
  if (made) changeLink(made.index, { up: true });
  return { ...network, link: name, ownsLink: true, internal: network.internal || network.link === '' };
}

export function removeParent(network: NetworkRecord): void {
  if (network.ownsLink) deleteLink(network.link);
}

function addDummy(name: string): void {
  try {
    addHostLink({ name, kind: 'dummy' });
  } catch (cause) {
    if (!isEngineError(cause, 'NOT_IMPLEMENTED')) throw cause;
    throw new EngineError('NOT_IMPLEMENTED', 'operation not supported: this kernel has no dummy links; name a link to stand on, as in -o parent=eth0', {
      cause,
    });
  }
}

function addVlanDevice(name: string): void {
  const [parentName = '', id = ''] = name.split('.');
  if (!/^\d+$/.test(id)) throw new EngineError('INVALID_ARGUMENT', `invalid subinterface vlan name ${name}, example formatting is eth0.10`);
  const parent = linkNamed(parentName);
  if (!parent) throw new EngineError('INVALID_ARGUMENT', `-o parent interface does was not found on the host: ${parentName}`);
  addHostLink({ name, kind: 'vlan', parent: parent.index, vlanId: Number(id) });
}
