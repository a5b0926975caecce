import type { ContainerExit, ContainerInspect, ContainerSummary } from '../../../api/index.ts';
import { humanDuration } from '../../format/units.ts';
import { reachOf } from '../../format/reach.ts';

/** What the engine found behind one published port. */
export interface PortFinding {
  readonly text: string;
  readonly state: 'ok' | 'nothing-listens' | 'loopback-only' | 'other-address';
}

/** One thing to know about a container, and what can be done. `about` is for programs. */
export interface Finding {
  readonly about: 'state' | 'exit' | 'restart' | 'memory' | 'health' | 'port' | 'network';
  readonly text: string;
  readonly hint?: string;
}

interface Surroundings {
  readonly ports: readonly PortFinding[] | undefined;
  readonly others: readonly ContainerSummary[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Everything that explains the state of a container, the most important first. Pure. */
export function findings(container: ContainerInspect, { ports, others, now }: Surroundings): Finding[] {
  const { State } = container;
  return [
    stateFinding(container, now),
    ...(State.Status === 'running' ? [] : exitFindings(container)),
    ...restartFindings(container),
    ...healthFindings(container),
    ...(State.Running ? portFindings(container, ports) : []),
    ...networkFindings(container, others),
  ];
}

function stateFinding({ Name, State }: ContainerInspect, now: number): Finding {
  const name = Name.replace(/^\//, '');
  const since = (time: string): string => humanDuration((now - Date.parse(time)) / 1000).toLowerCase();
  switch (State.Status) {
    case 'created':
      return {
        about: 'state',
        text: `${name} was created and never started.`,
        hint: State.Error ? `Its start failed: ${State.Error}` : `slipway start ${name}`,
      };
    case 'running':
      return { about: 'state', text: `${name} has been running for ${since(State.StartedAt)}.` };
    case 'paused':
      return { about: 'state', text: `${name} is paused: its processes are frozen.`, hint: `slipway unpause ${name}` };
    case 'restarting':
      return { about: 'state', text: `${name} is waiting to be restarted; it last ended ${since(State.FinishedAt)} ago with exit code ${State.ExitCode}.` };
    default:
      return { about: 'state', text: `${name} ended ${since(State.FinishedAt)} ago with exit code ${State.ExitCode}.` };
  }
}

function exitFindings({ State, HostConfig }: ContainerInspect): Finding[] {
  if (State.Status === 'created') return [];
  const last = State.Exits?.at(-1);
  const out: Finding[] = [];
  if (State.OOMKilled) {
    const limit = HostConfig.Memory ? ` of ${Math.round(HostConfig.Memory / 2 ** 20)} MiB` : '';
    out.push({
      about: 'memory',
      text: `The kernel killed it because it ran over its memory limit${limit}.`,
      hint: 'Give it more with "slipway update --memory SIZE --memory-swap SIZE", or find what grows with "slipway stats".',
    });
  }
  if (State.Error) out.push({ about: 'exit', text: `The engine says: ${State.Error}` });
  if (last?.Cause) out.push({ about: 'exit', text: `It was ended by: ${causeText(last)}.` });
  else if (!State.OOMKilled) out.push(codeFinding(State.ExitCode));
  return out;
}

function causeText({ Cause }: ContainerExit): string {
  const words: Readonly<Record<string, string>> = { stop: 'a stop command', restart: 'a restart command', unhealthy: 'its failing health check' };
  return words[Cause] ?? Cause;
}

function codeFinding(code: number): Finding {
  if (code === 0)
    return {
      about: 'exit',
      text: 'Its program ended by itself, without an error.',
      hint: 'A container lives as long as its first program; one that goes to the background ends it.',
    };
  if (code === 126)
    return { about: 'exit', text: 'Exit code 126: its program is there but cannot be run.', hint: 'Look at the file\'s permissions and its "#!" line.' };
  if (code === 127)
    return { about: 'exit', text: 'Exit code 127: its program was not found.', hint: 'Look at the spelling and PATH, and whether the image has a shell.' };
  if (code === 137)
    return { about: 'exit', text: 'Exit code 137: SIGKILL ended it.', hint: 'It may have been killed for memory on the host: "dmesg | grep -i oom".' };
  if (code === 139) return { about: 'exit', text: 'Exit code 139: it crashed (SIGSEGV).' };
  if (code === 143) return { about: 'exit', text: 'Exit code 143: SIGTERM ended it.', hint: 'Something asked it to stop.' };
  if (code > 128 && code < 160) return { about: 'exit', text: `Exit code ${code}: signal ${code - 128} ended it.` };
  return { about: 'exit', text: `Its program ended by itself with exit code ${code}.`, hint: 'Its last words: slipway logs --tail 20.' };
}

function restartFindings({ RestartCount, HostConfig, State }: ContainerInspect): Finding[] {
  const { Name, MaximumRetryCount } = HostConfig.RestartPolicy;
  const out: Finding[] = [];
  if (RestartCount > 0) out.push({ about: 'restart', text: `It was restarted ${RestartCount} time${RestartCount === 1 ? '' : 's'} (policy "${Name}").` });
  if (Name === 'on-failure' && MaximumRetryCount > 0 && RestartCount >= MaximumRetryCount)
    out.push({ about: 'restart', text: `It is not started again: it failed ${MaximumRetryCount} times, as often as its policy allows.` });
  if (!State.Running && (Name === '' || Name === 'no') && State.Status === 'exited')
    out.push({ about: 'restart', text: 'Its restart policy is "no", so it stays down.' });
  const codes = (State.Exits ?? []).map(({ ExitCode }) => ExitCode);
  if (codes.length > 1) out.push({ about: 'exit', text: `Its last exit codes were ${codes.join(', ')}.` });
  return out;
}

function healthFindings({ State }: ContainerInspect): Finding[] {
  const health = State.Health;
  if (!health || health.Status === 'none') return [];
  const last = health.Log?.at(-1);
  const said = last?.Output.trim().split('\n').at(-1);
  if (health.Status === 'healthy') return [{ about: 'health', text: 'Its health check passes.' }];
  const text =
    health.Status === 'starting' ? 'Its health is not known yet: it is starting.' : `Its health check has failed ${health.FailingStreak} times in a row.`;
  return [
    {
      about: 'health',
      text,
      ...(last && last.ExitCode !== 0 ? { hint: `The last check ended with ${last.ExitCode}${said ? ` and said: ${said}` : ''}` } : {}),
    },
  ];
}

function portFindings({ NetworkSettings, HostConfig, Config }: ContainerInspect, ports: readonly PortFinding[] | undefined): Finding[] {
  if (ports)
    return ports.map(({ text, state }) => ({ about: 'port', text, ...(state === 'loopback-only' ? { hint: 'Have the program listen on 0.0.0.0.' } : {}) }));
  const published = Object.entries(NetworkSettings.Ports ?? {}).flatMap(([port, bindings]) => (bindings ?? []).map((one) => ({ port, ...one })));
  if (published.length > 0)
    return published.map(({ port, HostIp, HostPort }) => ({
      about: 'port',
      text: `Port ${port} is published at ${HostIp || '0.0.0.0'}:${HostPort}, which ${reachOf(HostIp ?? '')} can reach.`,
    }));
  const exposed = Object.keys(Config.ExposedPorts ?? {});
  if (exposed.length === 0 || HostConfig.NetworkMode === 'host') return [];
  return [
    {
      about: 'port',
      text: `Nothing is published: ${exposed.join(', ')} can be reached by containers of the same network only.`,
      hint: `Run it with "-p ${exposed[0]?.split('/')[0]}:${exposed[0]?.split('/')[0]}".`,
    },
  ];
}

function networkFindings({ NetworkSettings, Name, State }: ContainerInspect, others: readonly ContainerSummary[]): Finding[] {
  if (!State.Running) return [];
  const own = Object.keys(NetworkSettings.Networks ?? {});
  const apart = others.filter(
    ({ Names, NetworkSettings: theirs }) => !Names.includes(Name) && !Object.keys(theirs?.Networks ?? {}).some((one) => own.includes(one)),
  );
  const out: Finding[] = [];
  if (own.includes('bridge'))
    out.push({
      about: 'network',
      text: 'It is on the default network, where containers do not find one another by name.',
      hint: 'Use a network of your own: slipway network create NAME.',
    });
  if (apart.length > 0)
    out.push({
      about: 'network',
      text: `These containers are on other networks and cannot reach it: ${apart.map(({ Names }) => (Names[0] ?? '').replace(/^\//, '')).join(', ')}.`,
    });
  return out;
}
