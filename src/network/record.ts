import type { EndpointIpamConfig, IpamConfig, PublishedPort, SandboxRequest } from './types.ts';

export type NetworkDriver = 'bridge' | 'host' | 'null' | 'ipvlan' | 'macvlan';

/** A network as the state keeps it, kind "network". Written before its bridge and rules are made. */
export interface NetworkRecord {
  id: string;
  name: string;
  /** RFC 3339 with nanoseconds. */
  created: string;
  driver: NetworkDriver;
  predefined: boolean;
  internal: boolean;
  attachable: boolean;
  ingress: boolean;
  configOnly: boolean;
  configFrom: string;
  ipv4: boolean;
  ipv6: boolean;
  ipamDriver: string;
  ipamOptions: Record<string, string> | null;
  ipam: IpamConfig[];
  /** Subnets that the user named; fixed addresses are allowed only in these. */
  userSubnets: string[];
  options: Record<string, string>;
  labels: Record<string, string>;
  /** Link of the host: the bridge, or the parent of ipvlan and macvlan; empty for others. */
  link: string;
  /** The link was made by us and goes with the network: false for a bridge of the user's, or a real parent. */
  ownsLink: boolean;
}

/** One container on one network. */
export interface EndpointRecord {
  id: string;
  networkId: string;
  networkName: string;
  containerId: string;
  /** "eth0" inside. */
  ifName: string;
  /** Host end of the veth; empty where there is none. */
  hostLink: string;
  mac: string;
  ipv4?: { address: string; prefix: number; gateway?: string };
  ipv6?: { address: string; prefix: number; gateway?: string };
  linkLocal: string[];
  /** Names in DNS, lower case. */
  dnsNames: string[];
  /** What was asked for. */
  ipamConfig: EndpointIpamConfig | null;
  aliases: string[];
  links: string[];
  driverOpts: Record<string, string> | null;
  gwPriority: number;
  userMac: boolean;
}

/** The network life of one running container, kind "sandbox". Written before its namespace is configured. */
export interface SandboxRecord {
  containerId: string;
  sandboxId: string;
  /** Kind of namespace: its own, the host's, or its own without any network. */
  mode: 'private' | 'host' | 'none';
  request: SandboxRequest;
  endpoints: EndpointRecord[];
  ports: PublishedPort[];
  /** Ports of our name server's sockets inside the namespace. */
  dns?: { udpPort: number; tcpPort: number };
}
