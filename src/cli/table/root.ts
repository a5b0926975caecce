import { composeGroup } from '../compose/table.ts';
import { containerGroup } from './containers.ts';
import { flag } from './define.ts';
import { builderGroup, imageGroup } from './images.ts';
import { contextGroup, networkGroup, volumeGroup } from './resources.ts';
import { registryGroup, systemGroup, topCommands } from './system.ts';
import type { CommandSpec, FlagSpec, GroupSpec } from './types.ts';
import { unsupportedCommands } from './unsupported.ts';

/** Flags that may stand before any command. */
export const globalFlags: readonly FlagSpec[] = [
  flag('', 'config', 'string', 'Folder with config.json and contexts', { complete: 'directory' }),
  flag('c', 'context', 'string', 'Context to use (goes before SLIPWAY_HOST and the context in use)', { complete: 'context' }),
  flag('D', 'debug', 'bool', 'Say more when something fails'),
  flag('H', 'host', 'list', 'Socket of the engine ("unix:///run/slipway/slipway.sock", "tcp://host:2375", "ssh://host")'),
  flag('l', 'log-level', 'string', 'How much to report: "debug", "info", "warn", "error" or "fatal"', {
    default: 'info',
    complete: ['debug', 'info', 'warn', 'error', 'fatal'],
  }),
  flag('', 'tls', 'bool', 'Use TLS'),
  flag('', 'tlscacert', 'string', 'Trust only certificates that this CA signed', { complete: 'file' }),
  flag('', 'tlscert', 'string', 'Your certificate', { complete: 'file' }),
  flag('', 'tlskey', 'string', 'Your key', { complete: 'file' }),
  flag('', 'tlsverify', 'bool', "Use TLS and check the engine's certificate"),
  flag('v', 'version', 'bool', 'Print the version and end'),
];

const groups: readonly GroupSpec[] = [
  builderGroup,
  composeGroup,
  containerGroup,
  contextGroup,
  imageGroup,
  networkGroup,
  registryGroup,
  systemGroup,
  volumeGroup,
];

/** Every group whose commands may have short forms, in the order of help. */
export const managementGroups: readonly GroupSpec[] = groups;

/** The short forms: "ps" → the command `container ls` with its group. */
export const shortForms: ReadonlyMap<string, { readonly group: GroupSpec; readonly spec: CommandSpec }> = new Map(
  [containerGroup, imageGroup, systemGroup].flatMap((one) =>
    one.commands.flatMap((spec) => (spec.kind === 'command' && spec.short ? [[spec.short, { group: one, spec }] as const] : [])),
  ),
);

/** Everything that may follow the program's name. */
export const root: GroupSpec = {
  kind: 'group',
  name: '',
  summary: 'Build, run and share containers',
  flags: globalFlags,
  commands: [
    ...groups,
    ...topCommands,
    ...[...shortForms.values()].map(({ spec }) => ({ ...spec, name: spec.short ?? spec.name, aliases: [] })),
    ...unsupportedCommands,
  ],
};

/** Commands that help lists first. */
export const commonNames: readonly string[] = [
  'run',
  'exec',
  'ps',
  'build',
  'pull',
  'push',
  'images',
  'login',
  'logout',
  'search',
  'version',
  'info',
  'compose',
];
