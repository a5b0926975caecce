import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';

/** The variables by which a container of the default bridge finds those it is linked with. Source: moby daemon/links, EnvVars. */
export function linkEnvironment(engine: Pick<EngineContext, 'containers'>, container: Container): string[] {
  const { Links: links, NetworkMode: mode } = container.record.hostConfig;
  if (mode !== 'bridge') return [];
  return (links ?? []).flatMap((link) => {
    const [reference = '', alias = reference] = link.split(':');
    const other = engine.containers.find(reference);
    return other ? variables(container, other, alias.split('/').at(-1) ?? alias) : [];
  });
}

function variables(container: Container, other: Container, alias: string): string[] {
  const address = other.record.run?.network?.networks['bridge']?.IPAddress ?? '';
  const prefix = alias.replaceAll('-', '_').toUpperCase();
  const ports = Object.keys(other.record.config.ExposedPorts ?? {})
    .map((port) => port.split('/'))
    .sort(([a = '', p = ''], [b = '', q = '']) => Number(a) - Number(b) || p.localeCompare(q));
  const own = (other.record.config.Env ?? []).filter((entry) => entry.includes('=') && !/^(?:HOME|PATH)=/.test(entry));
  const [first] = ports;
  return [
    `${prefix}_NAME=/${container.name}/${alias}`,
    ...(first ? [`${prefix}_PORT=${first[1]}://${address}:${first[0]}`] : []),
    ...ports.flatMap(([port = '', protocol = 'tcp']) => {
      const name = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
      return [`${name}=${protocol}://${address}:${port}`, `${name}_ADDR=${address}`, `${name}_PORT=${port}`, `${name}_PROTO=${protocol}`];
    }),
    ...own.map((entry) => `${prefix}_ENV_${entry}`),
  ];
}
