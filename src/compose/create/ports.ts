import type { PortBinding } from '../../api/index.ts';
import type { Service } from '../../compose-file/index.ts';

/** Ports that a container exposes: those of `expose` and those that are published. */
export function exposedPorts(service: Service): Record<string, Record<string, never>> {
  const exposed = (service.expose ?? []).flatMap((text) => {
    const [range = '', protocol = 'tcp'] = text.split('/');
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}/${protocol}`);
  });
  const published = (service.ports ?? []).map(({ target, protocol }) => `${target}/${protocol}`);
  return Object.fromEntries([...exposed, ...published].map((port) => [port, {}]));
}

/** Where ports are published on the host. */
export function portBindings(service: Service): Record<string, PortBinding[]> {
  const bindings: Record<string, PortBinding[]> = {};
  for (const { host_ip: ip = '', target, published = '', protocol } of service.ports ?? []) {
    (bindings[`${target}/${protocol}`] ??= []).push({ HostIp: ip, HostPort: published });
  }
  return bindings;
}
