import { EngineError } from '../base/index.ts';

const prefix = 'com.docker.network.bridge.';

/** How a bridge network treats packets. Source: Docker's bridge driver options. */
export interface BridgeOptions {
  /** Containers of the network may talk to one another. */
  icc: boolean;
  masquerade: boolean;
  /** Address that ports are published on where a container names none; undefined for all. */
  hostBinding: string | undefined;
  mtu: number;
  /** "nat": only published ports can be reached. "nat-unprotected": all ports, by the container's address. "routed": published ports by the container's address, without translation. "isolated": an internal bridge without an address of the host. */
  gatewayModeIpv4: GatewayMode;
  gatewayModeIpv6: GatewayMode;
  /** The bridge gets no IPv4 address. */
  inhibitIpv4: boolean;
  /** Interfaces from which containers may be reached without a published port. */
  trustedInterfaces: string[];
}

export type GatewayMode = 'nat' | 'nat-unprotected' | 'routed' | 'isolated';

/** Reads `-o` options of a bridge network. Throws INVALID_ARGUMENT with Docker's words for values of the wrong kind. Unknown options are kept and mean nothing, as Docker does it. */
export function bridgeOptions(options: Readonly<Record<string, string>>): BridgeOptions {
  return {
    icc: booleanOption(options, `${prefix}enable_icc`, true),
    masquerade: booleanOption(options, `${prefix}enable_ip_masquerade`, true),
    hostBinding: options[`${prefix}host_binding_ipv4`] === '0.0.0.0' ? undefined : options[`${prefix}host_binding_ipv4`],
    mtu: integerOption(options, 'com.docker.network.driver.mtu', 1500),
    gatewayModeIpv4: gatewayMode(options, `${prefix}gateway_mode_ipv4`),
    gatewayModeIpv6: gatewayMode(options, `${prefix}gateway_mode_ipv6`),
    inhibitIpv4: booleanOption(options, `${prefix}inhibit_ipv4`, false),
    trustedInterfaces: interfaceNames(options[`${prefix}trusted_host_interfaces`] ?? ''),
  };
}

/** Names of links, "eth0:eth1". They become part of rules. */
function interfaceNames(text: string): string[] {
  const names = text.split(':').filter(Boolean);
  for (const name of names)
    if (!/^[^\s/"'\\;{}]{1,15}$/.test(name))
      throw new EngineError('INVALID_ARGUMENT', `invalid interface name ${JSON.stringify(name)} in trusted_host_interfaces`);
  return names;
}

function booleanOption(options: Readonly<Record<string, string>>, name: string, otherwise: boolean): boolean {
  const value = options[name];
  if (value === undefined) return otherwise;
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
  throw new EngineError('INVALID_ARGUMENT', `failed to parse ${name} value: ${value} (strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax)`);
}

function integerOption(options: Readonly<Record<string, string>>, name: string, otherwise: number): number {
  const value = options[name];
  if (value === undefined) return otherwise;
  if (!/^[+-]?\d+$/.test(value)) {
    throw new EngineError('INVALID_ARGUMENT', `failed to parse ${name} value: ${value} (strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax)`);
  }
  const number = Number(value);
  if (number !== 0 && (number < 68 || number > 65535)) throw new EngineError('INVALID_ARGUMENT', `invalid MTU ${value}: it must be between 68 and 65535`);
  return number === 0 ? otherwise : number;
}

function gatewayMode(options: Readonly<Record<string, string>>, name: string): GatewayMode {
  const value = options[name] ?? 'nat';
  if (value === '' || value === 'nat') return 'nat';
  if (value === 'nat-unprotected' || value === 'routed' || value === 'isolated') return value;
  throw new EngineError('INVALID_ARGUMENT', `unknown gateway mode ${value}`);
}
