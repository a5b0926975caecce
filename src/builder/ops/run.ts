import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { randomId } from '../../base/index.ts';
import { BuildError } from '../build-error.ts';
import type { Ingredients } from '../cache/ingredients.ts';
import type { RunMount, RunOp } from '../definition.ts';
import type { StepMount } from '../types.ts';
import { bindMount, fillFrom } from './bind-mounts.ts';
import { MountStubs } from './mount-stubs.ts';
import type { OpContext, RunningOp } from './op-context.ts';
import { Redactor } from './redact.ts';
import { secretFiles } from './secret-files.ts';

/** What the outcome of a RUN depends on: the root file system below, command, environment, user, and what is mounted. Of secrets only the ids; proxies not at all. */
export async function runIngredients(op: RunOp, context: OpContext): Promise<Ingredients> {
  const files = new Map<string, string>();
  const mounts: string[] = [];
  for (const mount of op.mounts) mounts.push(await describeMount(mount, context, files));
  return {
    fields: {
      kind: 'run',
      parent: context.resultOf(op.base).chainId ?? '',
      command: JSON.stringify(op.args),
      directory: op.cwd,
      user: op.user,
      network: op.network,
      ...Object.fromEntries(Object.entries(op.env).map(([name, value]) => [`variable ${name}`, value])),
      ...Object.fromEntries(mounts.map((mount, at) => [`mount ${at + 1}`, mount])),
      ...(op.script ? { script: createHash('sha256').update(op.script.text).digest('hex') } : {}),
      ...(context.request.extraHosts.length > 0 ? { hosts: context.request.extraHosts.join(' ') } : {}),
      ...(context.epoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(context.epoch) }),
    },
    files,
  };
}

async function describeMount(mount: RunMount, context: OpContext, files: Map<string, string>): Promise<string> {
  switch (mount.kind) {
    case 'bind': {
      const root = mount.from.kind === 'vertex' ? context.resultOf(mount.from.vertex) : undefined;
      if (root && mount.source === '/') return `bind ${mount.target} ${root.chainId ?? ''}`;
      const found = await context.scans.digest(mount.from, root, { sources: [mount.source === '/' ? '.' : mount.source], exclude: [], parents: false });
      for (const [path, digest] of found.files) files.set(path, digest);
      return `bind ${mount.target} ${found.digest}`;
    }
    case 'cache':
      return `cache ${mount.target}`;
    case 'tmpfs':
      return `tmpfs ${mount.target}`;
    case 'secret':
      return `secret ${mount.id} ${mount.target ?? ''} ${mount.env ?? ''}`;
    default:
      return mount satisfies never;
  }
}

/** Runs the command in the mounted root file system. Rejects with a BuildError when it ends with another code than 0. */
export async function runCommand(op: RunOp, context: OpContext, running: RunningOp): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const secrets = stack.use(
    secretFiles(
      join(context.deps.root, 'secrets'),
      op.mounts.filter((mount) => mount.kind === 'secret'),
      context.request.secrets,
    ),
  );
  const mounts = [...(await otherMounts(op, context, running, stack)), ...secrets.mounts, ...scriptMounts(op, context)];
  const stubs = new MountStubs(
    running.root,
    mounts.map(({ target }) => target),
  );
  const output = outputOf(running, context.request.secrets);
  const { exitCode, oomKilled } = await context.deps.runStep({
    id: randomId(),
    rootfs: running.root,
    args: op.args,
    env: Object.entries({ ...op.hiddenEnv, ...op.env, ...secrets.env }).map(([name, value]) => `${name}=${value}`),
    cwd: op.cwd,
    user: op.user,
    mounts,
    network: op.network,
    extraHosts: context.request.extraHosts,
    resources: context.request.resources,
    onOutput: output.write,
    signal: running.signal,
  });
  output.end();
  if (exitCode !== 0) throw failed(op, exitCode, oomKilled);
  stubs.remove();
}

async function otherMounts(op: RunOp, context: OpContext, running: RunningOp, stack: AsyncDisposableStack): Promise<StepMount[]> {
  const mounts: StepMount[] = [];
  for (const mount of op.mounts) {
    if (mount.kind === 'bind') mounts.push(await bindMount(mount, context, stack));
    else if (mount.kind === 'tmpfs')
      mounts.push({
        target: mount.target,
        source: { kind: 'tmpfs', ...(mount.sizeBytes === undefined ? {} : { sizeBytes: mount.sizeBytes }) },
        readOnly: false,
      });
    else if (mount.kind === 'cache') {
      const held = stack.use(await context.cacheMounts.hold(mount, running.signal));
      if (held.fresh && mount.from) await fillFrom(mount.from, mount.source, held.folder, context);
      mounts.push({ target: mount.target, source: { kind: 'directory', path: held.folder }, readOnly: mount.readOnly });
    }
  }
  return mounts;
}

/** A here-document with an interpreter of its own becomes an executable file. */
function scriptMounts({ script }: RunOp, context: OpContext): StepMount[] {
  if (!script) return [];
  const folder = join(context.scratch, `script-${randomId().slice(0, 12)}`);
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, 'script'), script.text, { mode: 0o755 });
  return [{ target: `/dev/pipes/${script.name}`, source: { kind: 'file', path: join(folder, 'script') }, readOnly: true }];
}

function outputOf(
  { progress }: RunningOp,
  secrets: ReadonlyMap<string, Uint8Array>,
): { write: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void; end: () => void } {
  const redactors = { stdout: new Redactor(secrets.values()), stderr: new Redactor(secrets.values()) };
  return {
    write: (stream, chunk) => progress.log(stream, redactors[stream].push(chunk)),
    end: () => {
      for (const stream of ['stdout', 'stderr'] as const) progress.log(stream, redactors[stream].end());
    },
  };
}

function failed({ args }: RunOp, exitCode: number, oomKilled: boolean): BuildError {
  const why = oomKilled ? ' (out of memory)' : '';
  return new BuildError('INVALID_ARGUMENT', `process ${JSON.stringify(args.join(' '))} did not complete successfully: exit code: ${exitCode}${why}`, {
    failedRun: { args, exitCode },
  });
}
