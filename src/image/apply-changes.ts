import { EngineError, messageOf } from '../base/index.ts';
import { expandWord, parseTrigger } from '../dockerfile/index.ts';
import type { Healthcheck, RunConfig } from '../oci/index.ts';
import type { CommandForm, HealthcheckInstruction, Instruction } from '../dockerfile/index.ts';

type Change = Exclude<Instruction, { kind: 'from' }>;

/** Lays Dockerfile lines over an image's config, as `docker commit --change` and `docker import --change` do. Throws INVALID_ARGUMENT for other instructions. */
export function applyChanges(config: RunConfig, changes: readonly string[]): RunConfig {
  return changes
    .flatMap((change) => change.split('\n'))
    .filter((line) => line.trim() !== '')
    .reduce((current, line) => applyChange(current, parseChange(line)), config);
}

function parseChange(line: string): Change {
  try {
    return parseTrigger(line);
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', messageOf(cause), { cause });
  }
}

function applyChange(config: RunConfig, change: Change): RunConfig {
  const expand = (word: string): string => expandWord(word, (name) => lookUp(config.Env ?? [], name));
  switch (change.kind) {
    case 'cmd':
      return { ...config, Cmd: argv(config, change.command) };
    case 'entrypoint':
      return { ...config, Entrypoint: argv(config, change.command), Cmd: null };
    case 'env':
      return {
        ...config,
        Env: change.pairs.reduce<readonly string[]>((env, { key, value }) => withVariable(env, expand(key), expand(value)), config.Env ?? []),
      };
    case 'label':
      return { ...config, Labels: { ...config.Labels, ...Object.fromEntries(change.pairs.map(({ key, value }) => [expand(key), expand(value)])) } };
    case 'expose':
      return { ...config, ExposedPorts: { ...config.ExposedPorts, ...Object.fromEntries(change.words.map((word) => [portKey(expand(word)), {}])) } };
    case 'volume':
      return { ...config, Volumes: { ...config.Volumes, ...Object.fromEntries(change.words.map((word) => [expand(word), {}])) } };
    case 'user':
      return { ...config, User: expand(change.word) };
    case 'workdir':
      return { ...config, WorkingDir: workingDir(config.WorkingDir ?? '/', expand(change.word)) };
    case 'stopsignal':
      return { ...config, StopSignal: expand(change.word) };
    case 'onbuild':
      return { ...config, OnBuild: [...(config.OnBuild ?? []), change.expression] };
    case 'healthcheck':
      return { ...config, Healthcheck: healthcheck(change) };
    default:
      throw new EngineError('INVALID_ARGUMENT', `${change.raw.keyword} is not a valid change command`);
  }
}

function argv({ Shell }: RunConfig, command: CommandForm): readonly string[] {
  return command.form === 'exec' ? command.args : [...(Shell ?? ['/bin/sh', '-c']), command.text];
}

function withVariable(env: readonly string[], key: string, value: string): readonly string[] {
  const at = env.findIndex((entry) => entry.startsWith(`${key}=`));
  return at < 0 ? [...env, `${key}=${value}`] : env.with(at, `${key}=${value}`);
}

function lookUp(env: readonly string[], name: string): string | undefined {
  return env.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

function portKey(word: string): string {
  if (!/^\d+(-\d+)?(\/(tcp|udp|sctp))?$/i.test(word)) throw new EngineError('INVALID_ARGUMENT', `invalid containerPort: ${word}`);
  return word.includes('/') ? word.toLowerCase() : `${word}/tcp`;
}

function workingDir(current: string, next: string): string {
  const path = next.startsWith('/') ? next : `${current}/${next}`;
  return `/${path.split('/').filter(Boolean).join('/')}`;
}

function healthcheck({ test, interval, timeout, startPeriod, startInterval, retries }: HealthcheckInstruction): Healthcheck {
  return {
    Test: test,
    ...(interval > 0 && { Interval: interval }),
    ...(timeout > 0 && { Timeout: timeout }),
    ...(startPeriod > 0 && { StartPeriod: startPeriod }),
    ...(startInterval > 0 && { StartInterval: startInterval }),
    ...(retries > 0 && { Retries: retries }),
  };
}
