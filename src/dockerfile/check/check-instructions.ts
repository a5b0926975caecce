import { nearest } from '../dockerfile-error.ts';
import type { Dockerfile, Instruction, Stage } from '../types.ts';
import { checkDescription, unsetIn } from './check-stages.ts';
import type { CheckContext, Report } from './check-stages.ts';

const SECRET_NAME = /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const PUBLIC_NAME = /(?:_|^)public(?:_|$)/i;
const ONE_IS_ENOUGH = new Set(['cmd', 'entrypoint', 'healthcheck']);

/** What is known of a stage when one that is built FROM it begins. */
interface StageScope {
  readonly names: ReadonlySet<string>;
  /** False where the base image is not here to be asked. */
  readonly complete: boolean;
  readonly workdirSet: boolean;
}

/** Rules about the instructions of stages. */
export function checkInstructions(file: Dockerfile, context: CheckContext, report: Report): void {
  const scopes = new Map<string, StageScope>();
  const globals = new Set([...file.globalArgs.flatMap(({ args }) => args.map(({ name }) => name)), ...context.platformArgs]);
  for (const arg of file.globalArgs) for (const { name } of arg.args) checkDescription(arg.raw.comments, name, arg.raw.range, report, -1);
  for (const stage of file.stages) {
    const at: Report = (rule, message, range) => report(rule, message, range, stage.index);
    const scope = new StageCheck(file, stage, { context, report: at, parent: scopes.get(stage.from.image.toLowerCase()), globals }).run();
    if (stage.name !== undefined) scopes.set(stage.name, scope);
  }
}

class StageCheck {
  readonly #file: Dockerfile;
  readonly #stage: Stage;
  readonly #context: CheckContext;
  readonly #report: Report;
  readonly #names: Set<string>;
  readonly #complete: boolean;
  #workdirSet: boolean;
  #ownShell = false;

  constructor(
    file: Dockerfile,
    stage: Stage,
    options: { context: CheckContext; report: Report; parent: StageScope | undefined; globals: ReadonlySet<string> },
  ) {
    const { context, report, parent } = options;
    const base = parent ? [...parent.names] : stage.from.image === 'scratch' ? ['PATH'] : context.baseEnv(stage.from.image);
    this.#file = file;
    this.#stage = stage;
    this.#context = context;
    this.#report = report;
    this.#names = new Set(base);
    this.#complete = parent ? parent.complete : base !== undefined;
    this.#workdirSet = parent?.workdirSet ?? false;
  }

  run(): StageScope {
    const { instructions } = this.#stage;
    for (const [at, instruction] of instructions.entries()) {
      if (ONE_IS_ENOUGH.has(instruction.kind) && instructions.slice(at + 1).some(({ kind }) => kind === instruction.kind)) {
        const name = instruction.kind.toUpperCase();
        this.#report(
          'MultipleInstructionsDisallowed',
          `Multiple ${name} instructions should not be used in the same stage because only the last one will be used`,
          instruction.raw.range,
        );
      }
      this.#variables(instruction);
      this.#check(instruction);
    }
    return { names: this.#names, complete: this.#complete, workdirSet: this.#workdirSet };
  }

  #check(instruction: Stage['instructions'][number]): void {
    const { range } = instruction.raw;
    switch (instruction.kind) {
      case 'cmd':
      case 'entrypoint':
        if (instruction.command.form === 'shell' && !this.#ownShell)
          this.#report(
            'JSONArgsRecommended',
            `JSON arguments recommended for ${instruction.kind.toUpperCase()} to prevent unintended behavior related to OS signals`,
            range,
          );
        return;
      case 'shell':
        this.#ownShell = true;
        return;
      case 'maintainer':
        return this.#report('MaintainerDeprecated', 'Maintainer instruction is deprecated in favor of using label', range);
      case 'env':
      case 'label':
        return this.#pairs(instruction);
      case 'arg':
        for (const { name } of instruction.args) {
          this.#secret('ARG', name, instruction);
          this.#names.add(name);
          checkDescription(instruction.raw.comments, name, range, this.#report, this.#stage.index);
        }
        return;
      case 'workdir':
        if (!this.#workdirSet && !instruction.word.startsWith('/') && !/^[$"'`\\]/.test(instruction.word))
          this.#report(
            'WorkdirRelativePath',
            `Relative workdir ${JSON.stringify(instruction.word)} can have unexpected results if the base image changes`,
            range,
          );
        this.#workdirSet = true;
        return;
      case 'expose':
        for (const word of instruction.words) this.#port(word, instruction);
        return;
      case 'copy':
      case 'add':
        if (instruction.from !== undefined) return;
        for (const source of instruction.sources) {
          const path = source.replace(/^(\.?\/)+/, '');
          if (this.#context.isIgnored(path))
            this.#report(
              'CopyIgnoredFile',
              `Attempting to ${instruction.kind === 'copy' ? 'Copy' : 'Add'} file ${JSON.stringify(source)} that is excluded by .dockerignore`,
              range,
            );
        }
        return;
      default:
    }
  }

  #pairs(instruction: Extract<Instruction, { kind: 'env' | 'label' }>): void {
    const keyword = instruction.kind.toUpperCase();
    if (instruction.legacy)
      this.#report('LegacyKeyValueFormat', `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`, instruction.raw.range);
    if (instruction.kind === 'label') return;
    for (const { key } of instruction.pairs) {
      this.#secret('ENV', key, instruction);
      this.#names.add(key);
    }
  }

  #secret(keyword: string, name: string, { raw }: Instruction): void {
    if (SECRET_NAME.test(name) && !PUBLIC_NAME.test(name))
      this.#report('SecretsUsedInArgOrEnv', `Do not use ARG or ENV instructions for sensitive data (${keyword} ${JSON.stringify(name)})`, raw.range);
  }

  #port(word: string, { raw }: Instruction): void {
    const [ports = '', protocol] = word.split('/');
    if (ports.includes(':'))
      this.#report('ExposeInvalidFormat', `EXPOSE instruction should not define an IP address or host-port mapping, found '${word}'`, raw.range);
    if (protocol !== undefined && protocol !== protocol.toLowerCase())
      this.#report('ExposeProtoCasing', `Defined protocol '${word}' in EXPOSE instruction should be lowercase`, raw.range);
  }

  #variables(instruction: Stage['instructions'][number]): void {
    if (!this.#complete) return;
    const lookup = (name: string): string | undefined => (this.#names.has(name) ? '' : undefined);
    const names = wordsOf(instruction).flatMap((word) => unsetIn(word, lookup, this.#file.directives.escape));
    for (const name of new Set(names)) {
      const near = nearest(name, [...this.#names]);
      this.#report('UndefinedVar', `Usage of undefined variable '$${name}'${near === undefined ? '' : ` (did you mean $${near}?)`}`, instruction.raw.range);
    }
  }
}

/** The words of an instruction in which variables are replaced. */
function wordsOf(instruction: Stage['instructions'][number]): readonly string[] {
  switch (instruction.kind) {
    case 'env':
    case 'label':
      return instruction.pairs.flatMap(({ key, value }) => [key, value]);
    case 'copy':
    case 'add':
      return [...instruction.sources, instruction.destination, instruction.chown ?? '', instruction.chmod ?? '', ...instruction.exclude];
    case 'expose':
    case 'volume':
      return instruction.words;
    case 'user':
    case 'workdir':
    case 'stopsignal':
      return [instruction.word];
    case 'arg':
      return instruction.args.map(({ value }) => value ?? '');
    default:
      return [];
  }
}
