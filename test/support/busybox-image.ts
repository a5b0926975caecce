import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

import { digestOf, hexOf } from '../../src/oci/index.ts';
import type { RunConfig } from '../../src/oci/index.ts';
import { directoryEntry, fileEntry, tarBytes, writeTar } from '../../src/tar/index.ts';
import type { TarSource } from '../../src/tar/index.ts';

/** A static busybox, from Debian's package busybox-static. */
const program = '/bin/busybox';

const accounts = {
  passwd: [
    'root:x:0:0:root:/root:/bin/sh',
    'daemon:x:1:1:daemon:/usr/sbin:/bin/false',
    'www-data:x:33:33:www-data:/var/www:/bin/false',
    'app:x:1000:1000:app:/home/app:/bin/sh',
    'nobody:x:65534:65534:nobody:/home:/bin/false',
  ],
  group: ['root:x:0:', 'daemon:x:1:', 'staff:x:50:app', 'www-data:x:33:', 'app:x:1000:', 'nobody:x:65534:'],
};

/** How the image differs from `busybox:latest`. */
export interface BusyboxOptions {
  /** Names that the archive gives the image; "busybox:latest" by default. */
  readonly tags?: readonly string[];
  /** Over `Cmd: ["sh"]` and the usual PATH. */
  readonly config?: RunConfig;
  /** More members of the layer, after busybox's own. */
  readonly files?: readonly TarSource[];
}

/** An image small enough to make in each test run: `docker load` takes the stream. Needs no hub. Links for every applet; users root, app (1000) and nobody. */
export async function busyboxImage(options: BusyboxOptions = {}): Promise<Readable> {
  return writeTar(await busyboxArchive(options));
}

/** The id that the engine gives to the image of the same options. */
export async function busyboxImageId(options: BusyboxOptions = {}): Promise<string> {
  return digestOf(configText(await busyboxLayer(options.files), options.config));
}

/** The layer tar alone. */
export async function busyboxLayer(files: readonly TarSource[] = []): Promise<Buffer> {
  return await tarBytes([...rootFiles(), ...files]);
}

async function busyboxArchive({ tags = ['busybox:latest'], config, files = [] }: BusyboxOptions): Promise<TarSource[]> {
  const layer = await busyboxLayer(files);
  const configFile = configText(layer, config);
  const configName = `${hexOf(digestOf(configFile))}.json`;
  const layerName = `${hexOf(digestOf(layer))}/layer.tar`;
  return [
    member(layerName, layer),
    member(configName, configFile),
    member('manifest.json', JSON.stringify([{ Config: configName, RepoTags: tags, Layers: [layerName] }])),
  ];
}

function configText(layer: Buffer, config: RunConfig = {}): string {
  return JSON.stringify({
    architecture: { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch,
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['sh'], ...config },
    created: '2024-09-26T21:31:42Z',
    history: [{ created: '2024-09-26T21:31:42Z', created_by: 'BusyBox (glibc), Debian' }],
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
  });
}

function rootFiles(): TarSource[] {
  const applets = execFileSync(program, ['--list'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name && name !== 'busybox');
  const folders = ['bin/', 'dev/', 'etc/', 'home/', 'root/', 'tmp/', 'usr/', 'usr/bin/', 'usr/sbin/', 'var/', 'var/www/', 'lib/', 'sbin/'];
  return [
    ...folders.map((path) => ({ entry: directoryEntry(path, { mode: { 'tmp/': 0o1777, 'root/': 0o700 }[path] ?? 0o755 }) })),
    { entry: directoryEntry('home/app/', { uid: 1000, gid: 1000 }) },
    member('bin/busybox', readFileSync(program), 0o755),
    ...applets.map((name): TarSource => ({ entry: fileEntry(`bin/${name}`, 0, { type: 'hardlink', linkName: 'bin/busybox', mode: 0o755 }) })),
    { entry: fileEntry('usr/bin/env', 0, { type: 'hardlink', linkName: 'bin/busybox', mode: 0o755 }) },
    member('etc/passwd', `${accounts.passwd.join('\n')}\n`),
    member('etc/group', `${accounts.group.join('\n')}\n`),
  ];
}

function member(path: string, contents: Buffer | string, mode = 0o644): TarSource {
  const body = Buffer.from(contents);
  return { entry: fileEntry(path, body.length, { mode }), body };
}
