import { command, filter, flag, group, longObjectFormat, objectFormat, tableFormat } from './define.ts';

const dryRun = flag('', 'dry-run', 'bool', 'List what would go, and remove nothing');

/** `system`, and the short forms of its commands. */
export const systemGroup = group({
  name: 'system',
  summary: 'Work with the engine as a whole',
  commands: [
    command({
      name: 'df',
      summary: 'Show what uses disk space',
      usage: '[OPTIONS]',
      minArgs: 0,
      maxArgs: 0,
      flags: [tableFormat, flag('v', 'verbose', 'bool', 'Show every object')],
      load: () => import('../commands/system/df.ts'),
    }),
    command({
      name: 'dial-stdio',
      summary: "Connect stdin and stdout to the engine's socket",
      usage: '',
      minArgs: 0,
      maxArgs: 0,
      hidden: true,
      load: () => import('../commands/system/dial-stdio.ts'),
    }),
    command({
      name: 'events',
      short: 'events',
      summary: 'Show what happens in the engine, live',
      usage: '[OPTIONS]',
      minArgs: 0,
      maxArgs: 0,
      flags: [filter, longObjectFormat, flag('', 'since', 'string', 'Begin with what happened at this time'), flag('', 'until', 'string', 'End at this time')],
      load: () => import('../commands/system/events.ts'),
    }),
    command({
      name: 'info',
      short: 'info',
      summary: 'Show what the engine is and how it is set up',
      usage: '[OPTIONS]',
      minArgs: 0,
      maxArgs: 0,
      flags: [objectFormat],
      load: () => import('../commands/system/info.ts'),
    }),
    command({
      name: 'install-docker-alias',
      summary: 'Make "docker" call this program',
      usage: '[OPTIONS]',
      minArgs: 0,
      maxArgs: 0,
      flags: [
        flag('', 'directory', 'string', 'Where to put it', { default: '/usr/local/bin', complete: 'directory' }),
        flag('f', 'force', 'bool', 'Replace a file that is there'),
        flag('', 'remove', 'bool', 'Take it away again'),
      ],
      load: () => import('../commands/system/install-docker-alias.ts'),
    }),
    command({
      name: 'prune',
      summary: 'Remove everything that is not used',
      usage: '[OPTIONS]',
      minArgs: 0,
      maxArgs: 0,
      flags: [
        flag('a', 'all', 'bool', 'Remove every unused image, not only untagged ones'),
        dryRun,
        flag('', 'filter', 'filter', 'Only what fits ("label=x")'),
        flag('f', 'force', 'bool', 'Do not ask for confirmation'),
        flag('', 'volumes', 'bool', 'Remove anonymous volumes as well'),
      ],
      load: () => import('../commands/system/prune.ts'),
    }),
  ],
});

/** Commands that stand at top level only. */
export const topCommands = [
  command({
    name: 'version',
    summary: 'Show versions of program and engine',
    usage: '[OPTIONS]',
    minArgs: 0,
    maxArgs: 0,
    flags: [objectFormat],
    load: () => import('../commands/system/version.ts'),
  }),
  command({
    name: 'inspect',
    summary: 'Show everything about objects of any kind',
    usage: '[OPTIONS] NAME|ID [NAME|ID...]',
    minArgs: 1,
    complete: ['container'],
    flags: [
      objectFormat,
      flag('s', 'size', 'bool', 'Show sizes of containers'),
      flag('', 'type', 'string', 'Look only among objects of this kind', { complete: ['container', 'image', 'network', 'volume'] }),
    ],
    load: () => import('../commands/system/inspect.ts'),
  }),
  command({
    name: 'login',
    summary: 'Sign in to a registry',
    description: 'Sign in to a registry; to Docker Hub when none is named.',
    usage: '[OPTIONS] [SERVER]',
    minArgs: 0,
    maxArgs: 1,
    flags: [
      flag('p', 'password', 'string', 'Password or access token'),
      flag('', 'password-stdin', 'bool', 'Read the password or access token from stdin'),
      flag('u', 'username', 'string', 'User name'),
    ],
    load: () => import('../commands/system/login.ts'),
  }),
  command({
    name: 'logout',
    summary: 'Sign out of a registry',
    description: 'Sign out of a registry; of Docker Hub when none is named.',
    usage: '[SERVER]',
    minArgs: 0,
    maxArgs: 1,
    load: () => import('../commands/system/logout.ts'),
  }),
  command({
    name: 'search',
    summary: 'Search Docker Hub for images',
    usage: '[OPTIONS] TERM',
    minArgs: 1,
    maxArgs: 1,
    flags: [filter, tableFormat, flag('', 'limit', 'int', 'Most results to show'), flag('', 'no-trunc', 'bool', 'Print long values in full')],
    load: () => import('../commands/system/search.ts'),
  }),
  command({
    name: 'engine',
    summary: 'Run the engine in the foreground',
    usage: '[OPTIONS]',
    minArgs: 0,
    raw: true,
    load: () => import('../commands/system/engine.ts'),
  }),
  command({
    name: 'completion',
    summary: 'Print a completion script for a shell',
    usage: 'bash|zsh|fish',
    minArgs: 1,
    maxArgs: 1,
    complete: [['bash', 'zsh', 'fish']],
    load: () => import('../commands/system/completion.ts'),
  }),
  command({
    name: '__complete',
    summary: 'Complete a command line',
    usage: '[WORD...]',
    minArgs: 0,
    raw: true,
    hidden: true,
    load: () => import('../commands/system/complete.ts'),
  }),
] as const;

/** `registry`: a registry of your own. */
export const registryGroup = group({
  name: 'registry',
  summary: 'Run a registry of your own',
  commands: [
    command({
      name: 'serve',
      summary: 'Serve images over the registry protocol',
      usage: '[OPTIONS]',
      minArgs: 0,
      maxArgs: 0,
      flags: [
        flag('', 'listen', 'string', 'Address to listen on', { default: '127.0.0.1:5000' }),
        flag('', 'storage', 'string', 'Folder to keep images in', { default: '/var/lib/slipway-registry', complete: 'directory' }),
      ],
      load: () => import('../commands/system/registry-serve.ts'),
    }),
  ],
});
