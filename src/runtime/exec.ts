import { closeSync, rmSync } from 'node:fs';
import { EngineError } from '../base/index.ts';
import { cgroupV1Dirs } from '../linux/index.ts';
import { passedStream } from './attach.ts';
import { type HostProcess, signalProcess } from './host-process.ts';
import type { OciRuntime } from './oci-runtime.ts';
import { readIfThere } from './run-dir.ts';
import { startError } from './runtime-error.ts';
import { ShimLink } from './shim-link.ts';
import { signalNumber } from './signals.ts';
import { formatNanos } from './time.ts';
import type { ExecOptions, ExecTask, ProcessSpec, TaskExit } from './types.ts';
import type { RequestFields, Zygote } from './zygote.ts';

/** Where and with what an exec is started. */
export interface ExecPlace {
  readonly zygote: Zygote;
  readonly oci: OciRuntime;
  readonly containerId: string;
  readonly dir: string;
  readonly spoolDir: string;
  /** The container's control group: `linux.cgroupsPath` of its specification. */
  readonly cgroupsPath: string;
}

/** Starts a further process in a running container. Rejects as `Runtime.start` does, with the texts of an exec. */
export async function startExec(place: ExecPlace, options: ExecOptions): Promise<ExecTask> {
  const { stdin, stdout, stderr } = options.attach;
  const passed = stdin === true || stdout === true || stderr === true ? passedStream(options.attach) : undefined;
  const names = { pid: `exec-${options.id}.pid`, log: `exec-${options.id}.log` };
  const fields: RequestFields = [...execFields(place, options, names), ...(passed === undefined ? [] : [['attach', passed.flags] as const])];
  const link = new ShimLink(place.zygote.request(fields, passed === undefined ? [] : [passed.fd]));
  if (passed !== undefined) closeSync(passed.fd);
  const outcome = await link.outcome;
  if (outcome.kind !== 'started') {
    const log = readIfThere(`${place.dir}/${names.log}`) ?? '';
    for (const name of Object.values(names)) rmSync(`${place.dir}/${name}`, { force: true });
    passed?.stream.destroy();
    if (outcome.kind === 'lost') throw new EngineError('INTERNAL', 'OCI runtime exec failed: the shim was lost');
    throw startError('exec', log, options.process.args, outcome.reason);
  }
  return execTask(options.id, outcome.facts.process, link, passed?.stream);
}

function execFields(place: ExecPlace, options: ExecOptions, names: { pid: string; log: string }): RequestFields {
  const console = options.terminal ? `console-${options.id}` : undefined;
  // runc sets the size before the process runs; for crun a gate is put before it (native/shim/gate.h).
  const gate = options.terminal && place.oci.name === 'crun';
  const argv = [place.oci.path, '--root', place.oci.root, '--log', names.log, '--log-format', 'json', 'exec', '--detach', '--pid-file', names.pid];
  if (console !== undefined) argv.push('--console-socket', console);
  if (gate) argv.push('--preserve-fds', '2');
  argv.push('--process', `/proc/self/fd/${gate ? 5 : 3}`, place.containerId);
  return [
    ['kind', 'exec'],
    ['dir', place.dir],
    ['spool', place.spoolDir],
    ['hide-unified', place.oci.hideUnified ? 1 : 0],
    ['stdin', options.attach.stdin === true ? 1 : 0],
    ['stdin-once', 1],
    ...(place.oci.name === 'crun' ? cgroupV1Dirs(place.cgroupsPath) : []).map((dir) => ['join', dir] as const),
    ['pid-file', names.pid],
    ['remove', names.pid],
    ['remove', names.log],
    ...(gate ? [['gate', 1] as const] : []),
    ...(console === undefined ? [] : [['console', console] as const]),
    ...(options.terminalSize === undefined ? [] : [['rows', options.terminalSize.rows] as const, ['columns', options.terminalSize.columns] as const]),
    ...argv.map((arg) => ['arg', arg] as const),
    ['process', JSON.stringify(processDocument(options, gate))],
  ];
}

function processDocument(options: ExecOptions, gate: boolean): ProcessSpec {
  const { process, terminal, terminalSize } = options;
  const args = gate ? ['/proc/self/fd/3', 'exec', ...process.args] : process.args;
  return { ...process, args, terminal, ...(terminalSize === undefined ? {} : { consoleSize: { height: terminalSize.rows, width: terminalSize.columns } }) };
}

function execTask(id: string, process: HostProcess, link: ShimLink, stream: ExecTask['stream']): ExecTask {
  const lost: TaskExit = { exitCode: 137, exitedAt: formatNanos(0n), oomKilled: false, error: 'the shim of the exec was lost' };
  return {
    id,
    pid: process.pid,
    stream,
    exited: link.exit.then((exit) => exit ?? { ...lost, exitedAt: formatNanos(BigInt(Date.now()) * 1_000_000n) }),
    kill: (signal) => signalProcess(process, signalNumber(signal)),
    resize: (size) => link.resize(size),
  };
}
