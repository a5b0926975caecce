import { posix } from 'node:path';

import { EngineError } from '../../base/index.ts';
import type { CopyInstruction, LineRange } from '../../dockerfile/index.ts';
import { parseModeChange } from '../copy/mode-change.ts';
import type { CopyPart } from '../definition.ts';
import { addStep } from './stage-state.ts';
import type { StageServices, StageState } from './stage-state.ts';

/** COPY and ADD: one vertex, one layer. */
export async function applyCopy(state: StageState, services: StageServices, instruction: CopyInstruction, range: LineRange): Promise<void> {
  const { scope } = state;
  const command = instruction.kind === 'copy' ? 'COPY' : 'ADD';
  const sources = instruction.sources.map((word) => scope.word(word, range));
  const destination = scope.word(instruction.destination, range);
  const chown = instruction.chown === undefined ? undefined : scope.word(instruction.chown, range);
  const chmod = instruction.chmod === undefined ? undefined : scope.word(instruction.chmod, range);
  const exclude = instruction.exclude.map((word) => scope.word(word, range));
  if (chmod !== undefined) parseModeChange(chmod);
  if (instruction.from?.includes('$')) throw new EngineError('INVALID_ARGUMENT', "'from' doesn't support variable expansion, define alias stage instead");
  const parts = [...partsOf(command, sources, instruction, exclude), ...inlineParts(state, instruction, range)];
  if (parts.length === 0) throw new EngineError('INVALID_ARGUMENT', `${command} failed: no source files were specified`);
  const checksum = checksumOf(instruction, parts);
  const words = [...sources, ...instruction.inline.map(({ path }) => `<<${path}`), destination];
  const flags = [...(chown === undefined ? [] : [`--chown=${chown}`]), ...(chmod === undefined ? [] : [`--chmod=${chmod}`])];
  const shown = [command, ...instruction.raw.flags.map((flag) => flag), ...words].join(' ');
  const vertex = addStep(state, services, shown, range, {
    kind: 'copy',
    command,
    base: state.vertex,
    from: await services.source(instruction.from, range),
    parts,
    destination: absolute(destination, state.settings.WorkingDir),
    chown,
    chmod,
    link: instruction.link,
    unpack: command === 'COPY' || instruction.unpack === false ? 'never' : instruction.unpack === true ? 'all' : 'local',
    checksum,
  });
  state.history.push({ createdBy: `${[command, ...flags, ...words].join(' ')} # buildkit`, vertex });
}

function partsOf(command: string, sources: readonly string[], instruction: CopyInstruction, exclude: readonly string[]): CopyPart[] {
  return sources.map((source): CopyPart => {
    if (command === 'ADD' && isGit(source)) throw gitRefused(source);
    if (command === 'ADD' && /^https?:\/\//i.test(source)) return { kind: 'url', url: source };
    return { kind: 'files', selection: { sources: [source], exclude, parents: instruction.parents } };
  });
}

function inlineParts(state: StageState, instruction: CopyInstruction, range: LineRange): CopyPart[] {
  return instruction.inline.map(({ path, data, expand }) => ({
    kind: 'inline',
    name: path,
    data: expand ? state.scope.word(data, range, { literalQuotes: true }) : data,
  }));
}

function isGit(source: string): boolean {
  return /^(git@|git:\/\/|ssh:\/\/)/.test(source) || /^https?:\/\/[^#?]+\.git(#.*)?$/.test(source);
}

function gitRefused(source: string): EngineError {
  return new EngineError(
    'NOT_IMPLEMENTED',
    `ADD of a git repository is not supported: "${source}". Clone it next to the Dockerfile and COPY it, or hand it in with --build-context NAME=DIR and COPY --from=NAME`,
  );
}

function checksumOf(instruction: CopyInstruction, parts: readonly CopyPart[]): string | undefined {
  if (instruction.keepGitDir !== undefined)
    throw new EngineError(
      'INVALID_ARGUMENT',
      'ADD --keep-git-dir needs a git source, which this builder does not have. Clone the repository next to the Dockerfile and COPY it',
    );
  const { checksum } = instruction;
  if (checksum === undefined) return undefined;
  if (parts.length !== 1) throw new EngineError('INVALID_ARGUMENT', "checksum can't be specified for multiple sources");
  if (parts[0]?.kind !== 'url') throw new EngineError('INVALID_ARGUMENT', 'checksum requires HTTP(S) or Git sources');
  if (!/^sha256:[0-9a-f]{64}$/.test(checksum))
    throw new EngineError('INVALID_ARGUMENT', `invalid checksum ${JSON.stringify(checksum)}: sha256:<64 hex digits> is needed`);
  return checksum;
}

function absolute(destination: string, cwd: string | undefined): string {
  const path = posix.resolve(cwd || '/', destination);
  const isFolder = destination === '' || destination === '.' || destination.endsWith('/') || destination.endsWith('/.');
  return isFolder && path !== '/' ? `${path}/` : path;
}
