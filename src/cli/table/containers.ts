import { containerConfigFlags } from './container-config-flags.ts';
import { command, filter, flag, group, objectFormat, tableFormat } from './define.ts';
import type { FlagSpec } from './types.ts';

const detachKeys = flag('', 'detach-keys', 'string', 'Keys that leave the container running and go ("ctrl-p,ctrl-q")');
const sigProxy = flag('', 'sig-proxy', 'bool', 'Pass signals on to the process', { default: 'true' });
const signal = flag('s', 'signal', 'string', 'Signal to send');
const force = flag('f', 'force', 'bool', 'Do not ask for confirmation');
const stopFlags: readonly FlagSpec[] = [
  signal,
  flag('', 'time', 'int', 'Seconds to wait before killing', { hidden: true }),
  flag('t', 'timeout', 'int', 'Seconds to wait before killing'),
];
const size = flag('s', 'size', 'bool', 'Show sizes as well');
const several = { usage: 'CONTAINER [CONTAINER...]', minArgs: 1 };
const severalWithOptions = { usage: '[OPTIONS] CONTAINER [CONTAINER...]', minArgs: 1 };

const updateNames = ['blkio-weight', 'cpu-period', 'cpu-quota', 'cpu-rt-period', 'cpu-rt-runtime', 'cpu-shares', 'cpus', 'cpuset-cpus', 'cpuset-mems', 'kernel-memory', 'memory', 'memory-reservation', 'memory-swap', 'pids-limit'];

/** `container`, and the short forms of its commands. */
export const containerGroup = group({
  name: 'container',
  summary: 'Work with containers',
  commands: [
    command({
      name: 'attach', short: 'attach', summary: 'Connect your terminal to a running container', usage: '[OPTIONS] CONTAINER', minArgs: 1, maxArgs: 1, complete: ['running'],
      flags: [detachKeys, flag('', 'no-stdin', 'bool', 'Do not connect STDIN'), sigProxy],
      load: () => import('../commands/container/attach.ts'),
    }),
    command({
      name: 'commit', short: 'commit', summary: "Make an image out of a container's changes", usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]', minArgs: 1, maxArgs: 2, complete: ['container', 'image'],
      flags: [
        flag('a', 'author', 'string', 'Who made it ("Ada <ada@example.org>")'),
        flag('c', 'change', 'list', 'Dockerfile instruction to apply to the image'),
        flag('m', 'message', 'string', 'Message for the history'),
        flag('', 'no-pause', 'bool', 'Let the container run on meanwhile'),
        flag('p', 'pause', 'bool', 'Pause the container meanwhile', { default: 'true' }),
      ],
      load: () => import('../commands/container/commit.ts'),
    }),
    command({
      name: 'cp', short: 'cp', summary: 'Copy files between a container and this machine', usage: '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\t%s [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH', minArgs: 2, maxArgs: 2,
      description: "Copy files between a container and this machine\n\nA '-' as source reads a tar archive from stdin and unpacks it into a folder of\nthe container; a '-' as destination writes the files to stdout as a tar archive.",
      complete: ['file', 'file'],
      flags: [
        flag('a', 'archive', 'bool', 'Keep owner and group'),
        flag('L', 'follow-link', 'bool', 'Copy what a symbolic link at SRC_PATH points to'),
        flag('q', 'quiet', 'bool', 'Say nothing while copying'),
      ],
      load: () => import('../commands/container/cp.ts'),
    }),
    command({
      name: 'create', short: 'create', summary: 'Make a container without starting it', usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]', minArgs: 1, complete: ['image'], wordEndsFlags: true,
      flags: containerConfigFlags,
      load: () => import('../commands/container/create.ts'),
    }),
    command({ name: 'diff', short: 'diff', summary: "Show what changed in a container's file system", usage: 'CONTAINER', minArgs: 1, maxArgs: 1, complete: ['container'], load: () => import('../commands/container/diff.ts') }),
    command({
      name: 'exec', short: 'exec', summary: 'Run a command in a running container', usage: '[OPTIONS] CONTAINER COMMAND [ARG...]', minArgs: 2, complete: ['running'], wordEndsFlags: true,
      flags: [
        flag('d', 'detach', 'bool', 'Run it in the background'),
        detachKeys,
        flag('e', 'env', 'list', 'Environment variable ("NAME=value")'),
        flag('', 'env-file', 'list', 'File with a NAME=value on each line', { complete: 'file' }),
        flag('i', 'interactive', 'bool', 'Keep STDIN open'),
        flag('', 'privileged', 'bool', 'Give the command every capability'),
        flag('t', 'tty', 'bool', 'Give the command a terminal'),
        flag('u', 'user', 'string', 'User to run as ("<name|uid>[:<group|gid>]")'),
        flag('w', 'workdir', 'string', 'Folder in the container to start in'),
      ],
      load: () => import('../commands/container/exec.ts'),
    }),
    command({ name: 'export', short: 'export', summary: "Write a container's file system as a tar archive", usage: '[OPTIONS] CONTAINER', minArgs: 1, maxArgs: 1, complete: ['container'], flags: [flag('o', 'output', 'string', 'Write to this file instead of STDOUT', { complete: 'file' })], load: () => import('../commands/container/export.ts') }),
    command({ name: 'inspect', summary: 'Show everything about containers', ...severalWithOptions, complete: ['container'], flags: [objectFormat, size], load: () => import('../commands/container/inspect.ts') }),
    command({ name: 'kill', short: 'kill', summary: 'Send a signal to running containers (SIGKILL unless another is named)', ...severalWithOptions, complete: ['running'], flags: [signal], load: () => import('../commands/container/kill.ts') }),
    command({
      name: 'logs', short: 'logs', summary: 'Show what a container wrote', usage: '[OPTIONS] CONTAINER', minArgs: 1, maxArgs: 1, complete: ['container'],
      flags: [
        flag('', 'details', 'bool', 'Show extra attributes of the log'),
        flag('f', 'follow', 'bool', 'Keep printing what comes'),
        flag('', 'since', 'string', 'Only from this time on ("2026-01-02T13:23:37Z", or "42m" for 42 minutes ago)'),
        flag('n', 'tail', 'string', 'How many of the last lines to show', { default: 'all' }),
        flag('t', 'timestamps', 'bool', 'Show the time of each line'),
        flag('', 'until', 'string', 'Only up to this time ("2026-01-02T13:23:37Z", or "42m")'),
      ],
      load: () => import('../commands/container/logs.ts'),
    }),
    command({
      name: 'ls', aliases: ['list', 'ps'], short: 'ps', summary: 'List containers', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0,
      flags: [
        flag('a', 'all', 'bool', 'Show stopped ones as well'),
        filter,
        tableFormat,
        flag('n', 'last', 'int', 'Show the N created last, in any state', { default: '-1' }),
        flag('l', 'latest', 'bool', 'Show the one created last, in any state'),
        flag('', 'no-trunc', 'bool', 'Print long values in full'),
        flag('q', 'quiet', 'bool', 'Print only IDs'),
        flag('', 'reach', 'bool', 'Add a column that tells from where published ports can be reached'),
        flag('s', 'size', 'bool', 'Show sizes'),
      ],
      load: () => import('../commands/container/ls.ts'),
    }),
    command({ name: 'pause', short: 'pause', summary: 'Freeze every process of containers', ...several, complete: ['running'], load: () => import('../commands/container/pause.ts') }),
    command({ name: 'port', short: 'port', summary: 'Show where ports of a container are published', usage: '[OPTIONS] CONTAINER [PRIVATE_PORT[/PROTO]]', minArgs: 1, maxArgs: 2, complete: ['running'], flags: [flag('', 'reach', 'bool', 'Tell from where each port can be reached')], load: () => import('../commands/container/port.ts') }),
    command({
      name: 'prune', summary: 'Remove every stopped container', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0,
      flags: [flag('', 'dry-run', 'bool', 'List what would go, and remove nothing'), flag('', 'filter', 'filter', 'Only what fits ("until=24h", "label=x")'), force],
      load: () => import('../commands/container/prune.ts'),
    }),
    command({ name: 'rename', short: 'rename', summary: 'Give a container another name', usage: 'CONTAINER NEW_NAME', minArgs: 2, maxArgs: 2, complete: ['container', 'none'], load: () => import('../commands/container/rename.ts') }),
    command({ name: 'restart', short: 'restart', summary: 'Stop containers and start them again', ...severalWithOptions, complete: ['container'], flags: stopFlags, load: () => import('../commands/container/restart.ts') }),
    command({
      name: 'rm', aliases: ['remove'], short: 'rm', summary: 'Remove containers', ...severalWithOptions, complete: ['container'],
      flags: [flag('f', 'force', 'bool', 'Kill a running one first'), flag('l', 'link', 'bool', 'Remove the named link'), flag('v', 'volumes', 'bool', 'Remove its anonymous volumes')],
      load: () => import('../commands/container/rm.ts'),
    }),
    command({
      name: 'run', short: 'run', summary: 'Make a container out of an image and start it', usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]', minArgs: 1, complete: ['image'], wordEndsFlags: true,
      flags: [...containerConfigFlags, flag('d', 'detach', 'bool', 'Run in the background and print the container ID'), detachKeys, sigProxy],
      load: () => import('../commands/container/run.ts'),
    }),
    command({
      name: 'start', short: 'start', summary: 'Start stopped containers', ...severalWithOptions, complete: ['stopped'],
      flags: [flag('a', 'attach', 'bool', 'Connect STDOUT and STDERR and pass signals on'), flag('', 'checkpoint', 'string', 'Restore from this checkpoint', { hidden: true }), flag('', 'checkpoint-dir', 'string', 'Where checkpoints are', { hidden: true }), detachKeys, flag('i', 'interactive', 'bool', "Connect the container's STDIN")],
      load: () => import('../commands/container/start.ts'),
    }),
    command({
      name: 'stats', short: 'stats', summary: 'Show what containers use, live', usage: '[OPTIONS] [CONTAINER...]', minArgs: 0, complete: ['running'],
      flags: [flag('a', 'all', 'bool', 'Show stopped ones as well'), tableFormat, flag('', 'no-stream', 'bool', 'Print once and end'), flag('', 'no-trunc', 'bool', 'Print long values in full')],
      load: () => import('../commands/container/stats.ts'),
    }),
    command({ name: 'stop', short: 'stop', summary: 'Stop running containers', ...severalWithOptions, complete: ['running'], flags: stopFlags, load: () => import('../commands/container/stop.ts') }),
    command({ name: 'top', short: 'top', summary: 'Show the processes of a container', usage: 'CONTAINER [ps OPTIONS]', minArgs: 1, complete: ['running'], wordEndsFlags: true, load: () => import('../commands/container/top.ts') }),
    command({ name: 'unpause', short: 'unpause', summary: 'Let frozen containers run on', ...several, complete: ['running'], load: () => import('../commands/container/unpause.ts') }),
    command({
      name: 'update', short: 'update', summary: 'Change limits and restart policy of containers', ...severalWithOptions, complete: ['container'],
      flags: [...containerConfigFlags.filter((one) => updateNames.includes(one.name)), flag('', 'restart', 'string', 'When to start again', { complete: ['no', 'on-failure', 'on-unhealthy', 'always', 'unless-stopped'] })],
      load: () => import('../commands/container/update.ts'),
    }),
    command({ name: 'wait', short: 'wait', summary: 'Wait until containers stop and print their exit codes', ...several, complete: ['running'], load: () => import('../commands/container/wait.ts') }),
    command({ name: 'why', short: 'why', summary: 'Tell why a container stopped, restarts or cannot be reached', usage: '[OPTIONS] CONTAINER', minArgs: 1, maxArgs: 1, complete: ['container'], flags: [flag('', 'json', 'bool', 'Print findings as JSON')], load: () => import('../commands/container/why.ts') }),
  ],
});
