import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../base/index.ts';
import { cgroupDir } from '../linux/index.ts';
import type { PassedClient } from './attach.ts';
import { fillCpusetParents } from './cpuset.ts';
import { prepareRunDir, readIfThere } from './run-dir.ts';
import { startError } from './runtime-error.ts';
import { ShimLink } from './shim-link.ts';
import { formatSpec } from './spec.ts';
import { type TaskPlace } from './task.ts';
import type { LogOptions, ProcessSpec, StartOptions } from './types.ts';
import type { StartedFacts } from './run-dir.ts';
import type { RequestFields } from './zygote.ts';

const defaultMaxSizeBytes = 20 * 1000 * 1000;
const defaultMaxFiles = 5;

/** A shim that has started its container. */
export interface Started {
  readonly link: ShimLink;
  readonly facts: StartedFacts;
}

/** Writes the bundle, has the zygote fork a shim for it, and waits until the process runs. */
export async function startShim(place: TaskPlace, options: StartOptions, waiting: readonly PassedClient[]): Promise<Started> {
  try {
    prepareRunDir(place.dir);
    fillCpusetParents(options.spec.linux.cgroupsPath ?? `/slipway/${place.id}`);
    const spec = await place.oci.prepare({ ...options.spec, process: startProcess(options) });
    writeFileSync(`${place.dir}/config.json`, formatSpec(spec), { mode: 0o600 });
    if (options.log.driver !== 'none') mkdirSync(dirname(options.log.path), { recursive: true, mode: 0o700 });
    const fields: RequestFields = [...shimFields(place, options), ...waiting.map(({ field }) => ['attach', field] as const)];
    const link = new ShimLink(place.zygote.request(fields, waiting.map(({ fd }) => fd))); // prettier-ignore
    return await started(place, options, link);
  } finally {
    for (const client of waiting) client.release();
  }
}

async function started(place: TaskPlace, options: StartOptions, link: ShimLink): Promise<Started> {
  const outcome = await link.outcome;
  if (outcome.kind === 'started') return { link, facts: outcome.facts };
  if (outcome.kind === 'lost') throw new EngineError('INTERNAL', 'failed to create task for container: the shim was lost');
  const log = readIfThere(`${place.dir}/runtime.log`) ?? '';
  throw startError('create', log, options.spec.process.args, outcome.reason);
}

function startProcess(options: StartOptions): ProcessSpec {
  const size = options.terminalSize;
  return { ...options.spec.process, terminal: options.terminal, ...(size === undefined ? {} : { consoleSize: { height: size.rows, width: size.columns } }) };
}

function shimFields(place: TaskPlace, options: StartOptions): RequestFields {
  const { oci, dir } = place;
  const memory = cgroupDir(options.spec.linux.cgroupsPath ?? `/slipway/${place.id}`, 'memory');
  const argv = [oci.path, '--root', oci.root, '--log', 'runtime.log', '--log-format', 'json', 'run', '--detach', '--bundle', dir, '--pid-file', 'pid'];
  if (options.terminal) argv.push('--console-socket', 'console.sock');
  return [
    ['kind', 'task'],
    ['dir', dir],
    ['spool', place.spoolDir],
    ['listen', 1],
    ['hide-unified', oci.hideUnified ? 1 : 0],
    ['stdin', options.openStdin ? 1 : 0],
    ['stdin-once', options.stdinOnce ? 1 : 0],
    ['pid-file', 'pid'],
    ...(options.terminal ? [['console', 'console.sock'] as const] : []),
    ...(options.terminalSize === undefined ? [] : [['rows', options.terminalSize.rows] as const, ['columns', options.terminalSize.columns] as const]),
    ...(memory === undefined ? [] : [['memory-cgroup', memory] as const]),
    ...logFields(options.log),
    ...[...argv, place.id].map((arg) => ['arg', arg] as const),
    ...[oci.path, '--root', oci.root, 'delete', '--force', place.id].map((arg) => ['after', arg] as const),
  ];
}

function logFields(log: LogOptions): RequestFields {
  if (log.driver === 'none') return [];
  const attributes =
    log.attributes !== undefined && Object.keys(log.attributes).length > 0 ? [['log-attributes', JSON.stringify(log.attributes)] as const] : [];
  return [['log', log.path], ['log-max-size', log.maxSizeBytes ?? defaultMaxSizeBytes], ['log-max-files', log.maxFiles ?? defaultMaxFiles], ...attributes];
}
