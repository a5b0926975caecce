import { readFileSync } from 'node:fs';
import { EngineError } from '../../base/index.ts';
import { type MountConfig, parseDotenv, type PortConfig, type Service, shellWords } from '../../compose-file/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';

/** The service as `run` changes it: no fixed name, no restarts, no published ports unless asked for, and what the flags say. */
export function oneOffService(call: Invocation, service: Service, { command, tty }: { readonly command: readonly string[]; readonly tty: boolean }): Service {
  const { flags } = call;
  const { container_name: _name, restart: _restart, ports, healthcheck: _health, deploy, entrypoint, command: own, ...rest } = service;
  const { restart_policy: _policy, replicas: _replicas, ...deployed } = deploy ?? {};
  const words = flags.changed('entrypoint') ? shellWords(flags.string('entrypoint')) : entrypoint;
  const kept = command.length ? command : flags.changed('entrypoint') ? undefined : own;
  const published = [...(flags.bool('service-ports') ? (ports ?? []) : []), ...flags.list('publish').map(portOf)];
  return {
    ...rest,
    ...(deploy ? { deploy: deployed } : {}),
    ...(words ? { entrypoint: words } : {}),
    ...(kept ? { command: kept } : {}),
    ...(published.length ? { ports: published } : {}),
    tty,
    stdin_open: flags.bool('interactive') && !flags.bool('detach'),
    environment: { ...service.environment, ...environmentOf(call) },
    labels: { ...service.labels, ...labelsOf(call) },
    ...(flags.changed('user') ? { user: flags.string('user') } : {}),
    ...(flags.changed('workdir') ? { working_dir: flags.string('workdir') } : {}),
    ...(flags.list('cap-add').length ? { cap_add: [...(service.cap_add ?? []), ...flags.list('cap-add')] } : {}),
    ...(flags.list('cap-drop').length ? { cap_drop: [...(service.cap_drop ?? []), ...flags.list('cap-drop')] } : {}),
    volumes: [...(service.volumes ?? []), ...flags.list('volume').map((text) => mountOf(text))],
  };
}

function environmentOf({ flags, env }: Invocation): Record<string, string | null> {
  const fromFiles = flags.list('env-from-file').flatMap((file) => [...parseDotenv(readEnvFile(file), { file, lookup: (name) => env[name] })]);
  const given = flags.list('env').map((text): readonly [string, string | null] => {
    const equals = text.indexOf('=');
    return equals < 0 ? [text, env[text] ?? null] : [text.slice(0, equals), text.slice(equals + 1)];
  });
  return Object.fromEntries([...fromFiles, ...given]);
}

function readEnvFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new EngineError('NOT_FOUND', `open ${file}: no such file or directory`, { cause });
  }
}

function labelsOf({ flags }: Invocation): Record<string, string> {
  return Object.fromEntries(
    flags.list('label').map((text) => {
      const equals = text.indexOf('=');
      return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function portOf(text: string): PortConfig {
  const [, ip, published, target, protocol = 'tcp'] = /^(?:(?:([\d.]+|\[[\da-fA-F:]+\]):)?(\d*):)?(\d+)(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
  if (target === undefined) throw new ExitError(1, `invalid port "${text}"`);
  return { target: Number(target), protocol, ...(published ? { published } : {}), ...(ip === undefined ? {} : { host_ip: ip.replaceAll(/[[\]]/g, '') }) };
}

function mountOf(text: string): MountConfig {
  const parts = text.split(':');
  if (parts.length === 1) return { type: 'volume', target: text };
  const [source = '', target = '', mode = ''] = parts;
  if (!target.startsWith('/')) throw new ExitError(1, `invalid volume "${text}": the place in the container must be an absolute path`);
  const bind = /^[./~]/.test(source);
  const path = source.startsWith('~') ? (process.env['HOME'] ?? '') + source.slice(1) : source;
  const readOnly = mode.split(',').includes('ro') ? { read_only: true } : {};
  if (!bind) return { type: 'volume', source, target, ...readOnly };
  return { type: 'bind', source: path.startsWith('/') ? path : `${process.cwd()}/${path}`, target, ...readOnly, bind: { create_host_path: true } };
}
