import { EngineError } from '../../base/index.ts';

/** Ports of one EXPOSE word: "80", "443/udp", "8000-8002/tcp", also "8080:80" of which only the container's side counts. Answers keys as image configs have them: "80/tcp". */
export function exposedPorts(word: string): string[] {
  const [, ports = '', protocol = 'tcp'] = /^(.*?)(?:\/([^/]*))?$/.exec(word) ?? [];
  const container = ports.slice(ports.lastIndexOf(':') + 1);
  const kind = protocol.toLowerCase() || 'tcp';
  if (container === '') throw new EngineError('INVALID_ARGUMENT', `no port specified: ${word}<empty>`);
  if (!['tcp', 'udp', 'sctp'].includes(kind)) throw new EngineError('INVALID_ARGUMENT', `invalid proto: ${protocol}`);
  const [first, last] = portRange(container);
  return Array.from({ length: last - first + 1 }, (_, at) => `${first + at}/${kind}`);
}

function portRange(text: string): [number, number] {
  const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const first = Number(from);
  const last = Number(to ?? from);
  if (from === undefined || first > 65_535 || last > 65_535 || last < first) throw new EngineError('INVALID_ARGUMENT', `invalid containerPort: ${text}`);
  return [first, last];
}
