import type { ContainerConfig, ContainerCreateBody, HealthConfig } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import type { RunConfig } from '../oci/index.ts';

/** The config of a new container: what the client asked for over what its image says. Source: moby daemon/commit.go, merge. */
export function mergeConfig(body: ContainerCreateBody, image: RunConfig | undefined, hostname: string): ContainerConfig {
  const entrypoint = body.Entrypoint?.length === 1 && body.Entrypoint[0] === '' ? [] : body.Entrypoint;
  const inheritsCommand = !entrypoint?.length && body.Entrypoint?.length !== 1 && !body.Cmd?.length;
  const merged = {
    ...flags(body),
    Hostname: body.Hostname || hostname,
    Domainname: body.Domainname ?? '',
    User: body.User || image?.User || '',
    ...whenFilled('ExposedPorts', unite(image?.ExposedPorts, body.ExposedPorts)),
    Env: mergeEnv(body.Env ?? [], image?.Env ?? []),
    Cmd: filled(body.Cmd) ?? (inheritsCommand ? (filled(image?.Cmd) ?? null) : null),
    ...whenFilled('Healthcheck', mergeHealth(body.Healthcheck, image?.Healthcheck)),
    Image: body.Image ?? '',
    Volumes: unite(image?.Volumes, body.Volumes) ?? null,
    WorkingDir: body.WorkingDir || image?.WorkingDir || '',
    Entrypoint: body.Entrypoint ? (filled(entrypoint) ?? null) : (filled(image?.Entrypoint) ?? null),
    OnBuild: body.OnBuild ?? null,
    Labels: sorted({ ...image?.Labels, ...body.Labels }),
    ...whenFilled('StopSignal', body.StopSignal || image?.StopSignal),
    ...whenFilled('StopTimeout', body.StopTimeout),
    ...whenFilled('Shell', filled(body.Shell)),
    ...whenFilled('MacAddress', body.MacAddress || undefined),
    ...whenFilled('NetworkDisabled', body.NetworkDisabled || undefined),
  };
  if (!merged.Entrypoint && !merged.Cmd) throw new EngineError('INVALID_ARGUMENT', 'no command specified');
  return merged as ContainerConfig;
}

function flags(body: ContainerCreateBody): Pick<ContainerConfig, 'AttachStdin' | 'AttachStdout' | 'AttachStderr' | 'Tty' | 'OpenStdin' | 'StdinOnce'> {
  return {
    AttachStdin: body.AttachStdin ?? false,
    AttachStdout: body.AttachStdout ?? false,
    AttachStderr: body.AttachStderr ?? false,
    Tty: body.Tty ?? false,
    OpenStdin: body.OpenStdin ?? false,
    StdinOnce: body.StdinOnce ?? false,
  };
}

/** The client's variables first, then those of the image that it did not name. */
function mergeEnv(own: readonly string[], inherited: readonly string[]): string[] {
  const names = new Set(own.map((entry) => entry.split('=', 1)[0]));
  return [...own, ...inherited.filter((entry) => !names.has(entry.split('=', 1)[0]))];
}

/** Field by field: what is absent, empty or 0 is inherited. */
function mergeHealth(own: HealthConfig | undefined, inherited: HealthConfig | undefined): HealthConfig | undefined {
  if (!own || !inherited) return own ?? inherited;
  const chosen = Object.entries(own).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value)));
  return { ...inherited, ...Object.fromEntries(chosen) };
}

function unite<T>(
  below: Readonly<Record<string, T>> | null | undefined,
  above: Readonly<Record<string, T>> | null | undefined,
): Readonly<Record<string, T>> | undefined {
  const all = { ...below, ...above };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** By name, as Docker's encoder writes a map. */
function sorted(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function filled(list: readonly string[] | null | undefined): readonly string[] | undefined {
  return list?.length ? list : undefined;
}

function whenFilled<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

/** What runs: the entrypoint followed by the command. */
export function commandLine(config: Pick<ContainerConfig, 'Entrypoint' | 'Cmd'>): { path: string; args: string[] } {
  const [path = '', ...args] = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  return { path, args };
}
