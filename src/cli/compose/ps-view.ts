import type { ObservedContainer } from '../../compose/index.ts';
import { containerView, portsText } from '../commands/container/container-view.ts';
import { View } from '../template/index.ts';

/** Header words of the columns of `compose ps`. */
export const psHeaders = {
  Name: 'NAME', Image: 'IMAGE', Command: 'COMMAND', Service: 'SERVICE', RunningFor: 'CREATED', Status: 'STATUS', Ports: 'PORTS',
  CreatedAt: 'CREATED AT', ID: 'CONTAINER ID', Names: 'NAMES', State: 'STATE', Health: 'HEALTH', ExitCode: 'EXIT CODE', Project: 'PROJECT',
  Labels: 'LABELS', LocalVolumes: 'LOCAL VOLUMES', Mounts: 'MOUNTS', Networks: 'NETWORKS', Size: 'SIZE',
}; // prettier-ignore

/** A container as a row of `compose ps`; as JSON it has the same keys as Docker Compose's. */
export function psView(container: ObservedContainer, { short, exitCode }: { readonly short: boolean; readonly exitCode: number }): View {
  const { summary, name, service, labels, state, status } = container;
  const inner = containerView(summary, { short });
  const ports = summary.Ports ?? [];
  const of = (field: string): unknown => inner.get(field, []);
  return new View('*formatter.ContainerContext', {
    Command: () => JSON.stringify(short && summary.Command.length > 20 ? `${summary.Command.slice(0, 19)}…` : summary.Command),
    CreatedAt: () => of('CreatedAt'),
    ExitCode: () => exitCode,
    Health: () => healthOf(status),
    ID: () => (short ? container.id.slice(0, 12) : container.id),
    Image: () => summary.Image,
    Labels: () => of('Labels'),
    LocalVolumes: () => of('LocalVolumes'),
    Mounts: () => of('Mounts'),
    Name: () => name,
    Names: () => name,
    Networks: () => of('Networks'),
    Ports: () => portsText(ports),
    Project: () => labels['com.docker.compose.project'] ?? '',
    Publishers: () =>
      ports.map(({ IP, PrivatePort, PublicPort, Type }) => ({ URL: IP ?? '', TargetPort: PrivatePort, PublishedPort: PublicPort ?? 0, Protocol: Type })),
    RunningFor: () => of('RunningFor'),
    Service: () => service,
    Size: () => of('Size'),
    State: () => state,
    Status: () => status,
  });
}

function healthOf(status: string): string {
  const [, health = ''] = /\((healthy|unhealthy|health: starting)\)/.exec(status) ?? [];
  return health.replace('health: ', '');
}
