import { checkLabel } from '../flags/checks.ts';
import { command, filter, flag, group, objectFormat, tableFormat } from './define.ts';

const force = flag('f', 'force', 'bool', 'Do not ask for confirmation');
const dryRun = flag('', 'dry-run', 'bool', 'List what would go, and remove nothing');
const label = flag('', 'label', 'list', 'Label ("name=value")', { check: checkLabel });

/** `network`. */
export const networkGroup = group({
  name: 'network',
  summary: 'Work with networks',
  commands: [
    command({
      name: 'connect', summary: 'Connect a container to a network', usage: '[OPTIONS] NETWORK CONTAINER', minArgs: 2, maxArgs: 2, complete: ['network', 'container'],
      flags: [
        flag('', 'alias', 'strings', 'Further name by which the network knows the container'),
        flag('', 'driver-opt', 'strings', 'Option of the network driver'),
        flag('', 'gw-priority', 'int', 'The network with the highest number is the way out'),
        flag('', 'ip', 'string', 'IPv4 address to have ("172.30.100.104")'),
        flag('', 'ip6', 'string', 'IPv6 address to have ("2001:db8::33")'),
        flag('', 'link', 'list', 'Reach another container by an alias ("name:alias")'),
        flag('', 'link-local-ip', 'strings', 'Link-local address to have as well'),
      ],
      load: () => import('../commands/network/connect.ts'),
    }),
    command({
      name: 'create', summary: 'Make a network', usage: '[OPTIONS] NETWORK', minArgs: 1, maxArgs: 1,
      flags: [
        flag('', 'attachable', 'bool', 'Let containers be attached by hand'),
        flag('', 'aux-address', 'map', 'Address that is taken by something else ("name=address")'),
        flag('', 'config-from', 'string', 'Network to take the settings from'),
        flag('', 'config-only', 'bool', 'Make settings only, no network'),
        flag('d', 'driver', 'string', 'Driver of the network', { default: 'bridge', complete: ['bridge', 'macvlan', 'ipvlan'] }),
        flag('', 'gateway', 'strings', 'Gateway of a subnet'),
        flag('', 'ingress', 'bool', 'Make a network for swarm routing', { hidden: true }),
        flag('', 'internal', 'bool', 'Let nothing out'),
        flag('', 'ip-range', 'strings', 'Part of a subnet to take addresses from'),
        flag('', 'ipam-driver', 'string', 'Who gives addresses', { default: 'default' }),
        flag('', 'ipam-opt', 'map', 'Option of the address driver'),
        flag('', 'ipv4', 'bool', 'Give IPv4 addresses', { default: 'true' }),
        flag('', 'ipv6', 'bool', 'Give IPv6 addresses'),
        label,
        flag('o', 'opt', 'map', 'Option of the driver'),
        flag('', 'scope', 'string', 'How far the network goes'),
        flag('', 'subnet', 'strings', 'Subnet of the network ("10.5.0.0/16")'),
      ],
      load: () => import('../commands/network/create.ts'),
    }),
    command({ name: 'disconnect', summary: 'Take a container off a network', usage: '[OPTIONS] NETWORK CONTAINER', minArgs: 2, maxArgs: 2, complete: ['network', 'container'], flags: [flag('f', 'force', 'bool', 'Take it off in any case')], load: () => import('../commands/network/disconnect.ts') }),
    command({ name: 'inspect', summary: 'Show everything about networks', usage: '[OPTIONS] NETWORK [NETWORK...]', minArgs: 1, complete: ['network'], flags: [objectFormat, flag('v', 'verbose', 'bool', 'Show more, for diagnosis')], load: () => import('../commands/network/inspect.ts') }),
    command({ name: 'ls', aliases: ['list'], summary: 'List networks', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0, flags: [filter, tableFormat, flag('', 'no-trunc', 'bool', 'Print long values in full'), flag('q', 'quiet', 'bool', 'Print only IDs')], load: () => import('../commands/network/ls.ts') }),
    command({ name: 'prune', summary: 'Remove every network that nobody uses', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0, flags: [dryRun, flag('', 'filter', 'filter', 'Only what fits ("until=24h")'), force], load: () => import('../commands/network/prune.ts') }),
    command({ name: 'rm', aliases: ['remove'], summary: 'Remove networks', usage: 'NETWORK [NETWORK...]', minArgs: 1, complete: ['network'], flags: [flag('f', 'force', 'bool', 'Say nothing about networks that are not there')], load: () => import('../commands/network/rm.ts') }),
  ],
});

/** `volume`. */
export const volumeGroup = group({
  name: 'volume',
  summary: 'Work with volumes',
  commands: [
    command({ name: 'create', summary: 'Make a volume', usage: '[OPTIONS] [VOLUME]', minArgs: 0, maxArgs: 1, flags: [flag('d', 'driver', 'string', 'Driver of the volume', { default: 'local' }), label, flag('', 'name', 'string', 'Name of the volume', { hidden: true }), flag('o', 'opt', 'map', 'Option of the driver ("type=tmpfs")')], load: () => import('../commands/volume/create.ts') }),
    command({ name: 'inspect', summary: 'Show everything about volumes', usage: '[OPTIONS] VOLUME [VOLUME...]', minArgs: 1, complete: ['volume'], flags: [objectFormat], load: () => import('../commands/volume/inspect.ts') }),
    command({ name: 'ls', aliases: ['list'], summary: 'List volumes', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0, flags: [filter, tableFormat, flag('q', 'quiet', 'bool', 'Print only names')], load: () => import('../commands/volume/ls.ts') }),
    command({ name: 'prune', summary: 'Remove unused volumes', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0, flags: [flag('a', 'all', 'bool', 'Remove named ones as well, not only anonymous ones'), dryRun, flag('', 'filter', 'filter', 'Only what fits ("label=x")'), force], load: () => import('../commands/volume/prune.ts') }),
    command({ name: 'rm', aliases: ['remove'], summary: 'Remove volumes that no container uses', usage: '[OPTIONS] VOLUME [VOLUME...]', minArgs: 1, complete: ['volume'], flags: [flag('f', 'force', 'bool', 'Say nothing about volumes that are not there')], load: () => import('../commands/volume/rm.ts') }),
  ],
});

/** `context`: the engines that the command line knows. */
export const contextGroup = group({
  name: 'context',
  summary: 'Work with contexts: the engines you can talk to',
  commands: [
    command({ name: 'create', summary: 'Make a context', usage: '[OPTIONS] CONTEXT', minArgs: 1, maxArgs: 1, flags: [flag('', 'description', 'string', 'What it is for'), flag('', 'docker', 'map', 'The endpoint ("host=tcp://example:2376,ca=ca.pem")'), flag('', 'from', 'string', 'Context to copy', { complete: 'context' })], load: () => import('../commands/context/create.ts') }),
    command({ name: 'export', summary: 'Write a context to a tar archive FILE, or to STDOUT', usage: '[OPTIONS] CONTEXT [FILE|-]', minArgs: 1, maxArgs: 2, complete: ['context', 'file'], load: () => import('../commands/context/export.ts') }),
    command({ name: 'import', summary: 'Read a context from a tar archive', usage: 'CONTEXT FILE|-', minArgs: 2, maxArgs: 2, complete: ['none', 'file'], load: () => import('../commands/context/import.ts') }),
    command({ name: 'inspect', summary: 'Show everything about contexts', usage: '[OPTIONS] [CONTEXT] [CONTEXT...]', minArgs: 0, complete: ['context'], flags: [objectFormat], load: () => import('../commands/context/inspect.ts') }),
    command({ name: 'ls', aliases: ['list'], summary: 'List contexts', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0, flags: [tableFormat, flag('q', 'quiet', 'bool', 'Print only names')], load: () => import('../commands/context/ls.ts') }),
    command({ name: 'rm', aliases: ['remove'], summary: 'Remove contexts', usage: 'CONTEXT [CONTEXT...]', minArgs: 1, complete: ['context'], flags: [flag('f', 'force', 'bool', 'Remove it even when it is in use')], load: () => import('../commands/context/rm.ts') }),
    command({ name: 'show', summary: 'Print the name of the context in use', usage: '', minArgs: 0, maxArgs: 0, load: () => import('../commands/context/show.ts') }),
    command({ name: 'update', summary: 'Change a context', usage: '[OPTIONS] CONTEXT', minArgs: 1, maxArgs: 1, complete: ['context'], flags: [flag('', 'description', 'string', 'What it is for'), flag('', 'docker', 'map', 'The endpoint')], load: () => import('../commands/context/update.ts') }),
    command({ name: 'use', summary: 'Use this context from now on', usage: 'CONTEXT', minArgs: 1, maxArgs: 1, complete: ['context'], load: () => import('../commands/context/use.ts') }),
  ],
});
