import type { Filters } from '../api/index.ts';

/** How a container meets one network. The names are the Engine API's (schema EndpointSettings); the last part is filled by `openSandbox` and `connect`. */
export interface EndpointSettings {
  IPAMConfig?: EndpointIpamConfig | null;
  /** "container:alias" or "container", as `--link` gives them. */
  Links?: string[] | null;
  Aliases?: string[] | null;
  MacAddress?: string;
  DriverOpts?: Record<string, string> | null;
  GwPriority?: number;

  NetworkID?: string;
  EndpointID?: string;
  Gateway?: string;
  IPAddress?: string;
  IPPrefixLen?: number;
  IPv6Gateway?: string;
  GlobalIPv6Address?: string;
  GlobalIPv6PrefixLen?: number;
  DNSNames?: string[] | null;
}

export interface EndpointIpamConfig {
  IPv4Address?: string;
  IPv6Address?: string;
  LinkLocalIPs?: string[];
}

/** One end of a published port, as the API spells it. An empty HostPort asks for a free one. */
export interface PortBinding {
  HostIp?: string;
  HostPort?: string;
}

/** "80/tcp" → where it is published; null or empty for a port that is only exposed. */
export type PortMap = Record<string, PortBinding[] | null>;

/** Schema IPAM of the Engine API. */
export interface Ipam {
  Driver?: string;
  Options?: Record<string, string> | null;
  Config?: IpamConfig[] | null;
}

export interface IpamConfig {
  Subnet?: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/** Body of `POST /networks/create`. */
export interface NetworkCreateRequest {
  Name: string;
  Driver?: string;
  Scope?: string;
  Internal?: boolean;
  Attachable?: boolean;
  Ingress?: boolean;
  ConfigOnly?: boolean;
  ConfigFrom?: { Network: string } | null;
  IPAM?: Ipam | null;
  EnableIPv4?: boolean | null;
  EnableIPv6?: boolean | null;
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

/** Schema Network of the Engine API, as `GET /networks/{id}` answers it. `Containers` is empty in lists. */
export interface NetworkResource {
  Name: string;
  Id: string;
  Created: string;
  Scope: string;
  Driver: string;
  EnableIPv4: boolean;
  EnableIPv6: boolean;
  IPAM: { Driver: string; Options: Record<string, string> | null; Config: IpamConfig[] | null };
  Internal: boolean;
  Attachable: boolean;
  Ingress: boolean;
  ConfigFrom: { Network: string };
  ConfigOnly: boolean;
  Containers: Record<string, NetworkContainer>;
  Options: Record<string, string>;
  Labels: Record<string, string>;
}

export interface NetworkContainer {
  Name: string;
  EndpointID: string;
  MacAddress: string;
  /** With prefix: "172.18.0.2/16"; empty when there is none. */
  IPv4Address: string;
  IPv6Address: string;
}

/** All that the network room needs to know of a container that starts. */
export interface SandboxRequest {
  containerId: string;
  /** Without the leading slash. */
  containerName: string;
  hostname: string;
  domainname?: string;
  /** HostConfig.NetworkMode: "default", "bridge", "host", "none", a network's name or id. ("container:ID" has no sandbox of its own: see `joinSandbox`.) */
  mode: string;
  /** NetworkSettings.Networks by network name or id; may be empty: then `mode` alone decides. */
  endpoints?: Record<string, EndpointSettings>;
  /** Config.ExposedPorts: "80/tcp" → {}. */
  exposedPorts?: Record<string, unknown> | null;
  /** HostConfig.PortBindings. */
  portBindings?: PortMap | null;
  publishAllPorts?: boolean;
  dns?: string[] | null;
  dnsOptions?: string[] | null;
  dnsSearch?: string[] | null;
  /** "name:address"; the address may be "host-gateway". */
  extraHosts?: string[] | null;
  /** HostConfig.Links of the default bridge: "container:alias", the container by name. */
  links?: string[] | null;
  /** HostConfig.Sysctls that begin with "net."; they are written inside the new namespace. */
  sysctls?: Record<string, string>;
  /** Config.MacAddress of clients before API 1.44. */
  macAddress?: string;
}

/** What a started container has of the network. `files` are the bodies that the engine writes and mounts over /etc. */
export interface Sandbox {
  containerId: string;
  sandboxId: string;
  /** File that holds the network namespace; undefined for mode "host". */
  netnsPath: string | undefined;
  /** NetworkSettings.Networks, by network name. */
  networks: Record<string, EndpointSettings>;
  /** NetworkSettings.Ports, with the host ports that were chosen. */
  ports: PortMap;
  files: NetworkFiles;
}

export interface NetworkFiles {
  hosts: string;
  resolvConf: string;
  hostname: string;
}

/** Who can reach a published port: this machine, its own networks, or the world as far as the machine's own firewall and routes tell. */
export type PortReach = 'machine' | 'network' | 'world';

export interface PublishedPort {
  /** "tcp", "udp" or "sctp". */
  protocol: string;
  containerPort: number;
  hostIp: string;
  hostPort: number;
}

/** One socket that listens inside a container: address "0.0.0.0", "127.0.0.1", "::" … */
export interface Listener {
  protocol: 'tcp' | 'udp';
  address: string;
  port: number;
  /** Command of the process that holds the socket, when it could be found. */
  process?: string;
  pid?: number;
}

/** Why a published port may not answer. */
export interface PortDiagnosis extends PublishedPort {
  reach: PortReach;
  /** "ok"; "nothing-listens": no socket on that port; "loopback-only": it listens on 127.0.0.1 or ::1 inside, where no packet from outside arrives; "other-address": on an address that is not the container's on this network. */
  state: 'ok' | 'nothing-listens' | 'loopback-only' | 'other-address';
  listeners: Listener[];
  /** One sentence for people. */
  text: string;
}

/** Networks of one engine and the sandboxes of its containers. Every method leaves records that a restart can finish. */
export interface NetworkStore {
  /** Throws ALREADY_EXISTS, INVALID_ARGUMENT, PERMISSION_DENIED for predefined names, with Docker's words. */
  create(request: NetworkCreateRequest): Promise<{ id: string; warning: string }>;
  /** Filters of the API: driver, id, label, name, scope, type, dangling. */
  list(filters?: Filters): NetworkResource[];
  /** By name, id or unique prefix of an id. Throws NOT_FOUND "network X not found". `Containers` is filled. */
  inspect(nameOrId: string): NetworkResource;
  /** True when the name or id is known. */
  has(nameOrId: string): boolean;
  /** Throws CONFLICT while containers are attached. Returns what was removed. */
  remove(nameOrId: string): Promise<{ id: string; name: string }>;
  /** `isUsed` also spares networks that stopped containers name. Filters: until, label, label!. */
  prune(filters: Filters, isUsed?: (network: NetworkResource) => boolean): Promise<{ NetworksDeleted: string[] }>;

  /** Checks what a container asks for at create time, before it is recorded: network known, fixed addresses inside a configured subnet, ports well-formed. */
  validate(request: SandboxRequest): void;
  /** Namespace, endpoints, names, published ports: all or nothing. */
  openSandbox(request: SandboxRequest): Promise<Sandbox>;
  /** The sandbox of a running container; undefined when it has none. */
  sandbox(containerId: string): Sandbox | undefined;
  /** Releases addresses, names and ports at once; namespace and rules go a moment later. Unknown ids are no error. */
  closeSandbox(containerId: string): Promise<void>;
  /** Attaches a running container. Returns the filled settings and the new file bodies. */
  connect(containerId: string, nameOrId: string, settings?: EndpointSettings): Promise<Sandbox>;
  /** Detaches a running container. Throws FAILED_PRECONDITION "container X is not connected to network Y". */
  disconnect(containerId: string, nameOrId: string): Promise<Sandbox>;
  /** A running container has a new name: its names in DNS follow. */
  rename(containerId: string, name: string): void;

  /** After a restart of the engine: adopts the sandboxes of `running`, rebinds their ports and names, and removes what others left behind. */
  restore(running: readonly string[]): Promise<void>;
  /** Published ports of all sandboxes. */
  publishedPorts(containerId: string): PublishedPort[];
  reach(port: PublishedPort): PortReach;
  /** Sockets that listen inside the namespace of process `pid`. */
  listeners(pid: number): Promise<Listener[]>;
  /** Each published port of a running container, with what listens behind it. */
  diagnose(containerId: string, pid: number): Promise<PortDiagnosis[]>;
  /** Stops serving (sockets, names, timers). Containers and rules stay as they are. */
  close(): Promise<void>;
  /** Takes everything of this engine out of the kernel: namespaces, links, rules. For an engine that leaves nothing behind, after its containers are gone; the records stay. */
  destroy(): Promise<void>;
}

export interface NetworkStoreOptions {
  /** Directory for namespace files; lives as long as the machine runs: EXEC_ROOT/netns. */
  netnsDir: string;
  /** At most 8 characters; names of bridges and of host ends begin with it. */
  bridgePrefix: string;
  /** Name of the nftables table, "slipway" by default. */
  nftTable: string;
  /** Default: Docker's 172.17.0.0/16 … and 192.168.0.0/16 in blocks of /20. */
  addressPools: readonly AddressPool[];
  /** File of resolvers to forward to; "/etc/resolv.conf" by default. */
  hostResolvConf?: string;
}

/** Blocks of `size` bits are cut from `base`: {base: "172.30.0.0/16", size: 24}. */
export interface AddressPool {
  base: string;
  size: number;
}
