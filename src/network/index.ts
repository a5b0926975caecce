export { parseAddressPool } from './address-pool.ts';
export { openNetworks } from './open-networks.ts';
export type {
  AddressPool,
  EndpointIpamConfig,
  EndpointSettings,
  Ipam,
  IpamConfig,
  Listener,
  NetworkContainer,
  NetworkCreateRequest,
  NetworkFiles,
  NetworkResource,
  NetworkStore,
  NetworkStoreOptions,
  PortBinding,
  PortDiagnosis,
  PortMap,
  PortReach,
  PublishedPort,
  Sandbox,
  SandboxRequest,
} from './types.ts';
