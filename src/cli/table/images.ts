import { checkLabel, checkUlimit, checkAddHost } from '../flags/checks.ts';
import { command, filter, flag, group, objectFormat, tableFormat } from './define.ts';
import type { FlagSpec } from './types.ts';

const platform = (help: string): FlagSpec => flag('', 'platform', 'string', help);
const trust = flag('', 'disable-content-trust', 'bool', 'Accepted for compatibility', { default: 'true', hidden: true });
const force = flag('f', 'force', 'bool', 'Do not ask for confirmation');
const dryRun = flag('', 'dry-run', 'bool', 'List what would go, and remove nothing');

/** The flags of build: what BuildKit's and the classic builder's clients take. */
export const buildFlags: readonly FlagSpec[] = [
  flag('', 'add-host', 'list', 'Line for /etc/hosts in RUN steps ("name:address")', { check: checkAddHost }),
  flag('', 'allow', 'list', 'Allow more to RUN steps ("network.host")'),
  flag('', 'annotation', 'list', 'Annotation of the image'),
  flag('', 'attest', 'list', 'Attestation to make ("type=sbom")'),
  flag('', 'build-arg', 'list', 'Value of an ARG ("NAME=value")'),
  flag('', 'build-context', 'list', 'Further folder or image by name ("name=path")'),
  flag('', 'builder', 'string', 'Builder to use; there is one, "default"', { hidden: true }),
  flag('', 'cache-from', 'list', 'Where to look for cached steps'),
  flag('', 'cache-to', 'list', 'Where to keep cached steps'),
  flag('', 'call', 'string', 'What to do with the Dockerfile: "build", "check", "outline" or "targets"', { default: 'build', complete: ['build', 'check', 'outline', 'targets'] }),
  flag('', 'cgroup-parent', 'string', 'Cgroup under which RUN steps get their own'),
  flag('', 'check', 'bool', 'Check the Dockerfile and build nothing'),
  flag('', 'compress', 'bool', 'Send the context compressed with gzip'),
  flag('', 'cpu-period', 'int', 'Period of the CPU scheduler in microseconds', { hidden: true }),
  flag('', 'cpu-quota', 'int', 'CPU time allowed in each period', { hidden: true }),
  flag('c', 'cpu-shares', 'int', 'CPU weight', { hidden: true }),
  flag('', 'cpuset-cpus', 'string', 'CPUs that may be used', { hidden: true }),
  flag('', 'cpuset-mems', 'string', 'Memory nodes that may be used', { hidden: true }),
  trust,
  flag('f', 'file', 'string', 'The Dockerfile ("PATH/Dockerfile" when absent, "-" for stdin)', { complete: 'file' }),
  flag('', 'force-rm', 'bool', 'Always remove containers in between', { hidden: true }),
  flag('', 'iidfile', 'string', 'Write the image ID to this file', { complete: 'file' }),
  flag('', 'isolation', 'string', 'Kind of isolation', { hidden: true }),
  flag('', 'label', 'list', 'Label of the image ("name=value")', { check: checkLabel }),
  flag('', 'load', 'bool', 'Put the image into the engine (it is there in any case)'),
  flag('m', 'memory', 'bytes', 'Memory limit', { hidden: true }),
  flag('', 'memory-swap', 'bytes', 'Memory and swap limit', { hidden: true }),
  flag('', 'metadata-file', 'string', 'Write what was built to this file as JSON', { complete: 'file' }),
  flag('', 'network', 'string', 'Network of RUN steps: "default", "none" or "host"', { default: 'default', complete: ['default', 'none', 'host'] }),
  flag('', 'no-cache', 'bool', 'Run every step anew'),
  flag('', 'no-cache-filter', 'strings', 'Run the steps of these stages anew'),
  flag('o', 'output', 'list', 'Where the result goes ("type=local,dest=path")'),
  flag('', 'platform', 'strings', 'Platform to build for'),
  flag('', 'progress', 'string', 'How to show progress: "auto", "plain", "tty", "quiet", "rawjson" or "none"', { default: 'auto', complete: ['auto', 'plain', 'tty', 'quiet', 'rawjson', 'none'] }),
  flag('', 'provenance', 'string', 'Short for --attest=type=provenance'),
  flag('', 'pull', 'bool', 'Ask the registry for newer base images'),
  flag('', 'push', 'bool', 'Push the image afterwards'),
  flag('q', 'quiet', 'bool', 'Print only the image ID'),
  flag('', 'rm', 'bool', 'Remove containers in between', { default: 'true', hidden: true }),
  flag('', 'sbom', 'string', 'Short for --attest=type=sbom'),
  flag('', 'secret', 'list', 'Secret for RUN steps ("id=name,src=file" or "id=name,env=NAME")'),
  flag('', 'security-opt', 'strings', 'Security options', { hidden: true }),
  flag('', 'shm-size', 'bytes', 'Size of /dev/shm in RUN steps'),
  flag('', 'squash', 'bool', 'Squash new layers into one', { hidden: true }),
  flag('', 'ssh', 'list', 'SSH agent or keys for RUN steps'),
  flag('t', 'tag', 'list', 'Name for the image ("name:tag")'),
  flag('', 'target', 'string', 'Stage to build'),
  flag('', 'ulimit', 'ulimit', 'Resource limit of RUN steps', { check: checkUlimit }),
];

/** The build command, which several groups list. */
export const build = command({
  name: 'build', short: 'build', summary: 'Build an image from a Dockerfile', usage: '[OPTIONS] PATH | URL | -', minArgs: 1, maxArgs: 1, complete: ['directory'],
  flags: buildFlags,
  load: () => import('../commands/image/build.ts'),
});

/** `image`, and the short forms of its commands. */
export const imageGroup = group({
  name: 'image',
  summary: 'Work with images',
  commands: [
    command({ name: 'bootstrap', summary: 'Build stand-ins for base images from Debian packages, where no hub can be reached', usage: '[OPTIONS] NAME [NAME...]', minArgs: 0, complete: [['busybox', 'debian', 'node', 'postgres', 'nginx', 'python']], flags: [flag('f', 'force', 'bool', 'Build anew what is there'), flag('', 'list', 'bool', 'List the names that can be built'), flag('', 'missing', 'bool', 'Build only those that the engine does not have'), flag('q', 'quiet', 'bool', 'Print only the names')], load: () => import('../commands/image/bootstrap.ts') }),
    build,
    command({
      name: 'history', short: 'history', summary: 'Show how an image came to be', usage: '[OPTIONS] IMAGE', minArgs: 1, maxArgs: 1, complete: ['image'],
      flags: [tableFormat, flag('H', 'human', 'bool', 'Print sizes and times for people', { default: 'true' }), flag('', 'no-trunc', 'bool', 'Print long values in full'), platform('Platform to show'), flag('q', 'quiet', 'bool', 'Print only image IDs')],
      load: () => import('../commands/image/history.ts'),
    }),
    command({
      name: 'import', short: 'import', summary: 'Make an image out of a tar archive of a file system', usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]', minArgs: 1, complete: ['file', 'image'],
      flags: [flag('c', 'change', 'list', 'Dockerfile instruction to apply to the image'), flag('m', 'message', 'string', 'Message for the history'), platform('Platform of the image')],
      load: () => import('../commands/image/import.ts'),
    }),
    command({ name: 'inspect', summary: 'Show everything about images', usage: '[OPTIONS] IMAGE [IMAGE...]', minArgs: 1, complete: ['image'], flags: [objectFormat, platform('Platform to show')], load: () => import('../commands/image/inspect.ts') }),
    command({ name: 'load', short: 'load', summary: 'Load images from a tar archive or STDIN', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0, flags: [flag('i', 'input', 'string', 'Read from this file instead of STDIN', { complete: 'file' }), platform('Load only this platform'), flag('q', 'quiet', 'bool', 'Show no progress')], load: () => import('../commands/image/load.ts') }),
    command({
      name: 'ls', aliases: ['list'], short: 'images', summary: 'List images', usage: '[OPTIONS] [REPOSITORY[:TAG]]', minArgs: 0, maxArgs: 1, complete: ['image'],
      flags: [flag('a', 'all', 'bool', 'Show images in between as well'), flag('', 'digests', 'bool', 'Show digests'), filter, tableFormat, flag('', 'no-trunc', 'bool', 'Print long values in full'), flag('q', 'quiet', 'bool', 'Print only IDs'), flag('', 'tree', 'bool', 'Show the platforms of each image as a tree')],
      load: () => import('../commands/image/ls.ts'),
    }),
    command({ name: 'prune', summary: 'Remove unused images', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0, flags: [flag('a', 'all', 'bool', 'Remove every image that no container uses, not only untagged ones'), dryRun, flag('', 'filter', 'filter', 'Only what fits ("until=24h")'), force], load: () => import('../commands/image/prune.ts') }),
    command({ name: 'pull', short: 'pull', summary: 'Download an image from a registry', usage: '[OPTIONS] NAME[:TAG|@DIGEST]', minArgs: 1, maxArgs: 1, complete: ['image'], flags: [flag('a', 'all-tags', 'bool', 'Download every tag of the repository'), trust, platform('Platform to download'), flag('q', 'quiet', 'bool', 'Print only the name')], load: () => import('../commands/image/pull.ts') }),
    command({ name: 'push', short: 'push', summary: 'Upload an image to a registry', usage: '[OPTIONS] NAME[:TAG]', minArgs: 1, maxArgs: 1, complete: ['image'], flags: [flag('a', 'all-tags', 'bool', 'Upload every tag of the repository'), trust, platform('Upload only this platform'), flag('q', 'quiet', 'bool', 'Print only the name')], load: () => import('../commands/image/push.ts') }),
    command({ name: 'rm', aliases: ['remove'], short: 'rmi', summary: 'Remove images', usage: '[OPTIONS] IMAGE [IMAGE...]', minArgs: 1, complete: ['image'], flags: [flag('f', 'force', 'bool', 'Remove it even when it has several names or a stopped container uses it'), flag('', 'no-prune', 'bool', 'Keep untagged parents'), flag('', 'platform', 'strings', 'Remove only this platform')], load: () => import('../commands/image/rm.ts') }),
    command({ name: 'save', short: 'save', summary: 'Write images to a tar archive (to STDOUT unless a file is named)', usage: '[OPTIONS] IMAGE [IMAGE...]', minArgs: 1, complete: ['image'], flags: [flag('o', 'output', 'string', 'Write to this file instead of STDOUT', { complete: 'file' }), platform('Write only this platform')], load: () => import('../commands/image/save.ts') }),
    command({ name: 'tag', short: 'tag', summary: 'Give an image a further name', usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]', minArgs: 2, maxArgs: 2, complete: ['image', 'image'], load: () => import('../commands/image/tag.ts') }),
  ],
});

/** `builder`: the build cache. */
export const builderGroup = group({
  name: 'builder',
  summary: 'Work with the builder and its cache',
  commands: [
    { ...build },
    command({ name: 'prune', summary: 'Remove build cache', usage: '[OPTIONS]', minArgs: 0, maxArgs: 0, flags: [flag('a', 'all', 'bool', 'Remove all of it, not only what is unused'), dryRun, flag('', 'filter', 'filter', 'Only what fits ("until=24h")'), force, flag('', 'keep-storage', 'bytes', 'How much to keep'), flag('', 'max-used-space', 'bytes', 'How much the cache may keep', { hidden: true }), flag('', 'reserved-space', 'bytes', 'How much is never removed', { hidden: true })], load: () => import('../commands/image/builder-prune.ts') }),
  ],
});
