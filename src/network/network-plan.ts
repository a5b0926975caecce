import { EngineError } from '../base/index.ts';
import { chooseSubnet, uniqueLocalSubnet } from './address-pool.ts';
import { bridgeOptions } from './bridge-options.ts';
import { firstAddress } from './ipam.ts';
import { checkIpam } from './ipam-check.ts';
import type { NetworkDriver, NetworkRecord } from './record.ts';
import { formatSubnet, mustParseSubnet, overlaps } from './subnet.ts';
import type { Subnet } from './subnet.ts';
import type { AddressPool, IpamConfig, NetworkCreateRequest } from './types.ts';

/** What the decision on a new network depends on besides the request. */
export interface PlanContext {
  networks: readonly NetworkRecord[];
  pools: readonly AddressPool[];
  /** Routes and addresses of the host; asked only when a subnet has to be chosen. */
  taken(): readonly Subnet[];
  bridgePrefix: string;
  id: string;
  created: string;
}

const drivers: ReadonlySet<string> = new Set(['bridge', 'host', 'null', 'ipvlan', 'macvlan']);
const predefinedNames: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'default']);

/** Decides everything about a new network, or throws with Docker's words. Changes nothing. */
export function planNetwork(request: NetworkCreateRequest, context: PlanContext): NetworkRecord {
  const name = request.Name;
  if (typeof name !== 'string' || name.trim() === '') throw new EngineError('INVALID_ARGUMENT', 'invalid name: name is empty');
  if (predefinedNames.has(name)) throw new EngineError('PERMISSION_DENIED', `operation is not permitted on predefined ${name} network`);
  if (context.networks.some((network) => network.name === name)) throw new EngineError('CONFLICT', `network with name ${name} already exists`);
  const settings = withConfigFrom(request, context);
  const driver = driverOf(settings);
  const options = { ...settings.Options };
  if (driver === 'bridge') bridgeOptions(options);
  const ipv4 = settings.EnableIPv4 ?? true;
  const ipv6 = settings.EnableIPv6 ?? false;
  if (!ipv4 && !ipv6 && !settings.ConfigOnly) throw new EngineError('INVALID_ARGUMENT', 'IPv4 or IPv6 must be enabled');
  checkIpam(settings.IPAM?.Config ?? []);
  const link = linkOf(driver, options, context);
  const userSubnets = (settings.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : []));
  const base = { id: context.id, name, created: context.created, driver, options, link, userSubnets, ipv4, ipv6 };
  return {
    ...base,
    predefined: false,
    internal: settings.Internal ?? false,
    attachable: settings.Attachable ?? false,
    ingress: settings.Ingress ?? false,
    configOnly: request.ConfigOnly ?? false,
    configFrom: request.ConfigFrom?.Network ?? '',
    ipamDriver: settings.IPAM?.Driver || 'default',
    ipamOptions: settings.IPAM?.Options ?? null,
    ipam: request.ConfigOnly ? [...(settings.IPAM?.Config ?? [])] : planIpam(settings, base, context),
    labels: { ...request.Labels },
    ownsLink: driver === 'bridge',
  };
}

/** A network that takes its configuration from another one keeps only its own name and labels. */
function withConfigFrom(request: NetworkCreateRequest, { networks }: PlanContext): NetworkCreateRequest {
  const from = request.ConfigFrom?.Network;
  if (!from) return request;
  const source = networks.find((network) => network.name === from || network.id === from);
  if (!source) throw new EngineError('NOT_FOUND', `network ${from} not found`);
  if (!source.configOnly) throw new EngineError('PERMISSION_DENIED', `the specified config network ${from} is not a config-only network`);
  if (request.IPAM?.Config?.length || Object.keys(request.Options ?? {}).length > 0) {
    throw new EngineError('PERMISSION_DENIED', 'user specified configurations are not supported if the network depends on a configuration network');
  }
  return { ...request, Options: source.options, EnableIPv4: source.ipv4, EnableIPv6: source.ipv6, Internal: source.internal, IPAM: { Config: source.ipam } };
}

function driverOf(request: NetworkCreateRequest): NetworkDriver {
  const driver = request.Driver || (request.ConfigOnly ? 'null' : 'bridge');
  if (driver === 'overlay')
    throw new EngineError(
      'PERMISSION_DENIED',
      'This node is not a swarm manager. The overlay driver needs a swarm, which Slipway does not have: use the driver bridge.',
    );
  if (!drivers.has(driver)) throw new EngineError('NOT_FOUND', `plugin ${JSON.stringify(driver)} not found`);
  if ((driver === 'host' || driver === 'null') && !request.ConfigOnly)
    throw new EngineError('PERMISSION_DENIED', `only one instance of "${driver}" network is allowed`);
  const ipam = request.IPAM?.Driver;
  if (ipam && ipam !== 'default') throw new EngineError('NOT_FOUND', `plugin ${JSON.stringify(ipam)} not found`);
  return driver as NetworkDriver;
}

function linkOf(driver: NetworkDriver, options: Readonly<Record<string, string>>, context: PlanContext): string {
  if (driver === 'ipvlan' || driver === 'macvlan') return options['parent'] ?? '';
  if (driver !== 'bridge') return '';
  const name = options['com.docker.network.bridge.name'] || `${context.bridgePrefix}-${context.id.slice(0, 12)}`.slice(0, 15);
  // It becomes part of names of chains, too.
  if (!/^[\w.-]{1,15}$/.test(name))
    throw new EngineError('INVALID_ARGUMENT', `invalid bridge name ${JSON.stringify(name)}: at most 15 letters, digits, dots, dashes and underscores`);
  const other = context.networks.find((network) => network.driver === 'bridge' && network.link === name);
  if (other) throw new EngineError('PERMISSION_DENIED', `conflicts with network ${other.id} (${other.name}): networks have same bridge name`);
  return name;
}

function planIpam(
  request: NetworkCreateRequest,
  base: { id: string; ipv4: boolean; ipv6: boolean; driver: string; options: Record<string, string> },
  context: PlanContext,
): IpamConfig[] {
  if (base.driver === 'host' || base.driver === 'null') return [];
  const configs = structuredClone(request.IPAM?.Config ?? []);
  const given = (bits: number): boolean => configs.some(({ Subnet }) => Subnet !== undefined && mustParseSubnet(Subnet).bits === bits);
  const used = context.networks.flatMap(({ ipam, configOnly }) => (configOnly ? [] : ipam.map(({ Subnet }) => mustParseSubnet(Subnet ?? ''))));
  const kept = configs.filter(({ Subnet }) => Subnet && (mustParseSubnet(Subnet).bits === 32 ? base.ipv4 : base.ipv6));
  refuseOverlaps(kept, used);
  const plan: IpamConfig[] = [];
  if (base.ipv4 && !given(32))
    plan.push({ ...configs.find(({ Subnet }) => !Subnet), Subnet: formatSubnet(chooseSubnet(context.pools, [...used, ...context.taken()], 32)) });
  plan.push(...kept);
  if (base.ipv6 && !given(128)) plan.push({ Subnet: formatSubnet(chooseIpv6(base.id, [...used, ...context.taken()], context.pools)) });
  const needsGateway = base.driver !== 'ipvlan' || (base.options['ipvlan_mode'] ?? 'l2') === 'l2';
  return plan.map((config) => withGateway(config, needsGateway));
}

/** A pool that the administrator gave for IPv6, or else a block made from the network's id. */
function chooseIpv6(id: string, taken: readonly Subnet[], pools: readonly AddressPool[]): Subnet {
  if (pools.some(({ base }) => base.includes(':'))) return chooseSubnet(pools, taken, 128);
  for (let salt = 0; ; salt++) {
    const candidate = uniqueLocalSubnet(`${id}${salt || ''}`);
    if (!taken.some((subnet) => overlaps(subnet, candidate))) return candidate;
  }
}

function withGateway(config: IpamConfig, needed: boolean): IpamConfig {
  const { Subnet = '', IPRange, Gateway, AuxiliaryAddresses } = config;
  const gateway = Gateway || (needed ? firstAddress(mustParseSubnet(Subnet), Object.values(AuxiliaryAddresses ?? {})) : '');
  return { Subnet, ...(IPRange ? { IPRange } : {}), ...(gateway ? { Gateway: gateway } : {}), ...(AuxiliaryAddresses ? { AuxiliaryAddresses } : {}) };
}

function refuseOverlaps(configs: readonly IpamConfig[], used: readonly Subnet[]): void {
  const seen = [...used];
  for (const { Subnet = '' } of configs) {
    const subnet = mustParseSubnet(Subnet);
    if (seen.some((other) => overlaps(other, subnet)))
      throw new EngineError('PERMISSION_DENIED', 'invalid pool request: Pool overlaps with other one on this address space');
    seen.push(subnet);
  }
}
