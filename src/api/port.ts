/** Where a container's port is reachable on the host; '' for HostPort asks for a free one. */
export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/** "80/tcp" → bindings; null says exposed but not published. */
export type PortMap = Readonly<Record<string, readonly PortBinding[] | null>>;

/** One line of `ps`'s PORTS. */
export interface Port {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: 'tcp' | 'udp' | 'sctp';
}
