import { posix } from 'node:path';

import { EngineError } from '../../base/index.ts';
import { heredocText, parseHeredoc } from '../../dockerfile/index.ts';
import type { LineRange, RunInstruction } from '../../dockerfile/index.ts';
import type { RunMount, RunOp } from '../definition.ts';
import { runText } from './history.ts';
import { mountTarget, parseMount } from './parse-mount.ts';
import type { MountFields } from './parse-mount.ts';
import { DEFAULT_PATH, proxyArgs } from './scope.ts';
import { addStep } from './stage-state.ts';
import type { StageServices, StageState } from './stage-state.ts';

/** RUN: one vertex, one layer. */
export async function applyRun(state: StageState, services: StageServices, instruction: RunInstruction, range: LineRange, shown: string): Promise<void> {
  const { args, script } = commandOf(state.shell, instruction);
  const proxies = proxyArgs(services.buildArgs);
  const env = { PATH: DEFAULT_PATH, ...state.scope.stepEnv() };
  const mounts: RunMount[] = [];
  for (const flag of instruction.mounts)
    mounts.push(
      await resolveMount(
        state,
        services,
        parseMount(flag, (value) => state.scope.word(value, range)),
        range,
      ),
    );
  const vertex = addStep(state, services, shown, range, {
    kind: 'run',
    base: state.vertex,
    args,
    env,
    hiddenEnv: Object.fromEntries(Object.entries(proxies).filter(([name]) => !state.scope.isDeclared(name))),
    cwd: state.settings.WorkingDir || '/',
    user: state.settings.User ?? '',
    network: instruction.network === 'default' ? services.networkMode : instruction.network,
    mounts,
    script,
  });
  state.history.push({ createdBy: `${runText(state.scope.args, (name) => state.scope.lookup(name), args)} # buildkit`, vertex });
}

/** A lone here-document is a script: for the shell, or for the interpreter that its first line names. Any other stays in the shell's hands. */
function commandOf(shell: readonly string[], { command, heredocs }: RunInstruction): Pick<RunOp, 'script'> & { args: string[] } {
  if (command.form === 'exec') return { args: [...command.args], script: undefined };
  const [first] = heredocs;
  if (!first) return { args: [...shell, command.text], script: undefined };
  if (heredocs.length === 1 && parseHeredoc(command.text)) {
    const text = heredocText(first);
    if (text.startsWith('#!')) return { args: [`/dev/pipes/${first.name}`], script: { name: first.name, text } };
    return { args: [...shell, text], script: undefined };
  }
  return { args: [...shell, [command.text, ...heredocs.map(({ content, name }) => `${content}${name}`)].join('\n')], script: undefined };
}

async function resolveMount(state: StageState, services: StageServices, fields: MountFields, range: LineRange): Promise<RunMount> {
  const cwd = state.settings.WorkingDir || '/';
  switch (fields.type) {
    case 'bind':
      return {
        kind: 'bind',
        target: mountTarget(fields.target, cwd),
        from: await services.source(fields.from, range),
        source: fields.source ?? '/',
        writable: fields.readOnly === false,
      };
    case 'tmpfs':
      return { kind: 'tmpfs', target: mountTarget(fields.target, cwd), sizeBytes: fields.sizeBytes };
    case 'secret':
      return secretMount(fields, cwd);
    case 'cache': {
      const target = mountTarget(fields.target, cwd);
      const namespace = services.buildArgs['BUILDKIT_CACHE_MOUNT_NS'];
      return {
        kind: 'cache',
        target,
        id: `${typeof namespace === 'string' ? `${namespace}/` : ''}${fields.id ?? target}`,
        sharing: fields.sharing ?? 'shared',
        from: fields.from === undefined ? undefined : await services.source(fields.from, range),
        source: fields.source ?? '/',
        mode: fields.mode ?? 0o755,
        uid: fields.uid ?? 0,
        gid: fields.gid ?? 0,
        readOnly: fields.readOnly ?? false,
      };
    }
    default:
      return fields.type satisfies never;
  }
}

function secretMount(fields: MountFields, cwd: string): RunMount {
  const id = fields.id ?? fields.source ?? posix.basename(fields.target ?? '');
  if (id === '') throw new EngineError('INVALID_ARGUMENT', 'invalid secret mount. one of source, target required');
  const target = fields.target === undefined ? (fields.env === undefined ? `/run/secrets/${posix.basename(id)}` : undefined) : mountTarget(fields.target, cwd);
  return { kind: 'secret', id, target, env: fields.env, required: fields.required, mode: fields.mode ?? 0o400, uid: fields.uid ?? 0, gid: fields.gid ?? 0 };
}
