import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';

import { BUILD_PARTS, encodeBuildParts } from '../../src/api/index.ts';
import type { BuildEvent, BuildPart, ProgressMessage } from '../../src/api/index.ts';
import { answerBuild, Builder } from '../../src/builder/index.ts';
import type { BuildStep, RunStep } from '../../src/builder/index.ts';
import { openContent } from '../../src/content/index.ts';
import { openImages } from '../../src/image/index.ts';
import type { ImageStore } from '../../src/image/index.ts';
import { bindMount, mount, umount } from '../../src/linux/index.ts';
import { hostPlatform } from '../../src/oci/index.ts';
import { openSnapshots } from '../../src/snapshot/index.ts';
import type { Snapshotter } from '../../src/snapshot/index.ts';
import { openState } from '../../src/state/index.ts';
import { directoryEntry, fileEntry, readTar, writeTar } from '../../src/tar/index.ts';
import type { TarSource } from '../../src/tar/index.ts';
import { busyboxImage } from './busybox-image.ts';

/** Files of a context: text, or a whole member. A name that ends with "/" is a folder. */
export type ContextFiles = Readonly<Record<string, string | TarSource['entry']>>;

/** One build's request in a test. */
export interface RigBuild {
  readonly files: ContextFiles;
  readonly query?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly contexts?: Readonly<Record<string, ContextFiles>>;
  readonly signal?: AbortSignal;
  /** Files that are no text. */
  readonly binary?: Readonly<Record<string, Uint8Array>>;
  readonly onMessage?: (message: ProgressMessage) => void;
}

export interface RigResult {
  readonly imageId: string | undefined;
  readonly messages: readonly ProgressMessage[];
  readonly events: readonly BuildEvent[];
  /** The classic stream's text. */
  readonly text: string;
  /** What the build was refused with. */
  readonly error: Error | undefined;
}

/** Real stores in a temporary folder with `busybox:latest` loaded; RUN steps go through chroot. */
export interface BuildRig extends AsyncDisposable {
  readonly root: string;
  readonly builder: Builder;
  readonly images: ImageStore;
  readonly snapshots: Snapshotter;
  /** Steps that really ran, by their arguments. */
  readonly ran: string[];
  build(request: RigBuild): Promise<RigResult>;
  /** "path mode uid:gid size|-> link" of every file of an image's own layers above busybox, contents after a colon for small ones. */
  tree(imageId: string): Promise<string[]>;
}

export async function openBuildRig(): Promise<BuildRig> {
  const root = mkdtempSync(join(tmpdir(), 'slipway-build-'));
  const state = openState(join(root, 'state.db'));
  const content = openContent(join(root, 'content'));
  const snapshots = openSnapshots(join(root, 'snapshots'));
  const builderOf: { builder?: Builder } = {};
  const images = openImages({ state, content, snapshots, retains: (digest) => builderOf.builder?.retains(digest) ?? false });
  const ran: string[] = [];
  const runStep: RunStep = (step) => {
    ran.push(step.args.join(' '));
    return runInChroot(step);
  };
  const builder = new Builder({
    root: join(root, 'builder'),
    images,
    snapshots,
    content,
    runStep,
    records: (kind) => state.records(kind),
    platform: hostPlatform(),
  });
  builderOf.builder = builder;
  await images.load(await busyboxImage());
  const base = images.resolve('busybox').layers.length;
  return {
    root,
    builder,
    images,
    snapshots,
    ran,
    build: (request) => runBuild(builder, request),
    tree: (imageId) => layerFiles(images, snapshots, imageId, base),
    async [Symbol.asyncDispose]() {
      await builder[Symbol.asyncDispose]();
      for (const key of snapshots.actives()) snapshots.remove(key);
      await snapshots.idle();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function runBuild(builder: Builder, { files, query = {}, secrets, contexts, signal, binary = {}, onMessage }: RigBuild): Promise<RigResult> {
  const messages: ProgressMessage[] = [];
  const parameters = new URLSearchParams(query);
  const parts = secrets || contexts ? partsOf(files, secrets ?? {}, contexts ?? {}) : undefined;
  const call = {
    query: {
      get: (name: string) => parameters.get(name) ?? undefined,
      all: (name: string) => parameters.getAll(name),
      bool: (name: string) => ['1', 'true'].includes(parameters.get(name) ?? ''),
      int: (name: string) => (parameters.has(name) ? Number(parameters.get(name)) : undefined),
    },
    headers: parts ? { 'content-type': BUILD_PARTS } : { 'content-type': 'application/x-tar' },
    body: parts ? Readable.from(encodeBuildParts(parts)) : contextTar(files, binary),
    signal: signal ?? new AbortController().signal,
  };
  let error: Error | undefined;
  try {
    await answerBuild(builder, call, (message) => {
      messages.push(message);
      onMessage?.(message);
    });
  } catch (thrown) {
    error = thrown as Error;
  }
  const events = messages.flatMap(({ id, aux }) => (id === 'slipway.build' ? [aux as unknown as BuildEvent] : []));
  const imageId = messages.findLast(({ aux }) => aux?.['ID'] !== undefined)?.aux?.['ID'] as string | undefined;
  return { imageId, messages, events, text: messages.map(({ stream }) => stream ?? '').join(''), error };
}

function* partsOf(files: ContextFiles, secrets: Readonly<Record<string, string>>, contexts: Readonly<Record<string, ContextFiles>>): Generator<BuildPart> {
  for (const [name, value] of Object.entries(secrets)) yield { kind: 'secret', name, body: Readable.from([Buffer.from(value)]) };
  for (const [name, named] of Object.entries(contexts)) yield { kind: 'named-context', name, body: contextTar(named) };
  yield { kind: 'context', name: '', body: contextTar(files) };
}

/** A context as the client would send it. */
export function contextTar(files: ContextFiles, binary: Readonly<Record<string, Uint8Array>> = {}): Readable {
  return writeTar([
    ...Object.entries(binary).map(([path, body]): TarSource => ({ entry: fileEntry(path, body.length, { mtime: 1_600_000_000 }), body })),
    ...Object.entries(files).map(([path, value]): TarSource => {
      if (typeof value !== 'string') return { entry: { ...value, path } };
      if (path.endsWith('/')) return { entry: directoryEntry(path.slice(0, -1), { mtime: 1_600_000_000 }) };
      return { entry: fileEntry(path, Buffer.byteLength(value), { mtime: 1_600_000_000 }), body: Buffer.from(value) };
    }),
  ]);
}

async function layerFiles(images: ImageStore, snapshots: Snapshotter, imageId: string, skip: number): Promise<string[]> {
  const { layers } = images.resolve(imageId);
  const { chainIds } = await import('../../src/oci/index.ts');
  const isOnBase = layers[0] === images.resolve('busybox').layers[0];
  const files = new Map<string, string>();
  for (const chain of chainIds(layers).slice(isOnBase ? skip : 0)) {
    for await (const { entry, body } of readTar(snapshots.layerTar(chain))) {
      const text = entry.type === 'file' && entry.sizeBytes < 200 ? `: ${Buffer.concat(await Array.fromAsync(body)).toString()}` : '';
      files.set(
        entry.path,
        `${entry.path} ${entry.type} ${entry.mode.toString(8)} ${entry.uid}:${entry.gid}${entry.linkName === undefined ? '' : ` -> ${entry.linkName}`}${text}`,
      );
    }
  }
  return [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

async function runInChroot(step: BuildStep): Promise<{ exitCode: number; oomKilled: boolean }> {
  const mounted = [mountDevices(step.rootfs)];
  for (const { target, source, readOnly } of step.mounts) {
    const place = join(step.rootfs, target);
    if (!existsSync(place)) {
      mkdirSync(source.kind === 'file' ? dirname(place) : place, { recursive: true });
      if (source.kind === 'file') writeFileSync(place, '');
    }
    if (source.kind === 'tmpfs') mount({ source: 'tmpfs', target: place, type: 'tmpfs' });
    else bindMount(source.path, place, { readonly: readOnly });
    mounted.push(place);
  }
  try {
    return { exitCode: await chroot(step), oomKilled: false };
  } finally {
    for (const place of mounted.toReversed()) umount(place, { detach: true });
  }
}

/** A /dev as a runtime makes it: nothing that a step writes there is in the layer. */
function mountDevices(rootfs: string): string {
  const place = join(rootfs, 'dev');
  mount({ source: 'tmpfs', target: place, type: 'tmpfs' });
  writeFileSync(join(place, 'null'), '');
  bindMount('/dev/null', join(place, 'null'));
  return place;
}

function chroot({ rootfs, args, env, cwd, user, onOutput, signal }: BuildStep): Promise<number> {
  const userFlag = user === '' ? [] : [`--userspec=${user}`];
  const command = ['sh', '-c', 'cd "$0" && exec "$@"', cwd, ...args];
  const child = spawn('/usr/sbin/chroot', [...userFlag, rootfs, ...command], {
    env: Object.fromEntries(env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
    signal,
    killSignal: 'SIGKILL',
  });
  child.stdout.on('data', (chunk: Buffer) => onOutput('stdout', chunk));
  child.stderr.on('data', (chunk: Buffer) => onOutput('stderr', chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 137));
  });
}
