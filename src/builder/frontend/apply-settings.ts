import { EngineError } from '../../base/index.ts';
import type { CommandInstruction, EnvInstruction, HealthcheckInstruction, LineRange, ListInstruction, WordInstruction } from '../../dockerfile/index.ts';
import { goQuotedList, healthcheckText, pairsText } from './history.ts';
import { exposedPorts } from './ports.ts';
import { checkSignal } from './signals.ts';
import type { Settings, StageState } from './stage-state.ts';

/** ENV and LABEL. All pairs of one instruction see the values from before it. */
export function applyPairs(state: StageState, { kind, pairs }: EnvInstruction, range: LineRange): string {
  const expanded = pairs.map(({ key, value }) => ({ key: state.scope.word(key, range), value: state.scope.word(value, range) }));
  if (kind === 'label') state.settings.Labels = { ...state.settings.Labels, ...Object.fromEntries(expanded.map(({ key, value }) => [key, value])) };
  else {
    for (const { key, value } of expanded) state.scope.env.set(key, value);
    state.settings.Env = [...state.scope.env].map(([key, value]) => `${key}=${value}`);
  }
  return `${kind.toUpperCase()} ${pairsText(expanded)}`;
}

/** CMD and ENTRYPOINT. ENTRYPOINT takes back a CMD that came from the base image. */
export function applyCommand(state: StageState, { kind, command }: CommandInstruction): string {
  const args = command.form === 'exec' ? [...command.args] : command.text === '' ? [] : [...state.shell, command.text];
  if (kind === 'cmd') {
    state.settings.Cmd = args;
    state.cmdSet = true;
  } else {
    state.settings.Entrypoint = args;
    if (!state.cmdSet) delete state.settings.Cmd;
  }
  if (command.form === 'shell') state.settings.ArgsEscaped = true;
  else delete state.settings.ArgsEscaped;
  return `${kind.toUpperCase()} ${goQuotedList(args)}`;
}

/** USER, STOPSIGNAL and MAINTAINER. */
export function applyWord(state: StageState, { kind, word }: WordInstruction, range: LineRange): string {
  if (kind === 'maintainer') {
    state.author = word;
    return `MAINTAINER ${word}`;
  }
  const value = state.scope.word(word, range);
  if (kind === 'user') state.settings.User = value;
  else {
    checkSignal(value);
    state.settings.StopSignal = value;
  }
  return `${kind.toUpperCase()} ${value}`;
}

/** EXPOSE and VOLUME. */
export function applyList(state: StageState, { kind, words }: ListInstruction, range: LineRange): string {
  if (kind === 'expose') {
    const ports = [...new Set(words.flatMap((word) => state.scope.words(word, range)).flatMap(exposedPorts))].toSorted();
    state.settings.ExposedPorts = sortedSet(state.settings.ExposedPorts, ports);
    return `EXPOSE [${ports.join(' ')}]`;
  }
  const volumes = words.map((word) => state.scope.word(word, range));
  if (volumes.includes('')) throw new EngineError('INVALID_ARGUMENT', 'VOLUME specified can not be an empty string');
  state.settings.Volumes = sortedSet(state.settings.Volumes ?? {}, volumes);
  return `VOLUME [${volumes.join(' ')}]`;
}

function sortedSet(present: Settings['ExposedPorts'], added: readonly string[]): Record<string, object> {
  const keys = [...new Set([...Object.keys(present ?? {}), ...added])].toSorted();
  return Object.fromEntries(keys.map((key) => [key, {}]));
}

/** HEALTHCHECK. What it does not set is left out, as Docker does. */
export function applyHealthcheck(state: StageState, check: HealthcheckInstruction): string {
  state.settings.Healthcheck = {
    Test: check.test,
    ...(check.interval && { Interval: check.interval }),
    ...(check.timeout && { Timeout: check.timeout }),
    ...(check.startPeriod && { StartPeriod: check.startPeriod }),
    ...(check.startInterval && { StartInterval: check.startInterval }),
    ...(check.retries && { Retries: check.retries }),
  };
  return healthcheckText(check);
}
