import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import { type Project, selectServices, type Service, withoutUnused } from '../../compose-file/index.ts';
import { compileRules, type CompiledRule, imageName, observeContainers, runHooks, syncFiles, watchFiles } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { bringUp } from './bring-up.ts';
import { imageBuilder } from './build-images.ts';
import { separator } from './session.ts';

/** How files are watched. */
export interface WatchOptions {
  /** Prints a line about what is done. */
  readonly print: (text: string) => void;
  /** Remove the image that a rebuild replaces. */
  readonly prune: boolean;
  readonly quiet: boolean;
}

/** A watch that goes on until it is disposed. */
export type WatchSession = Disposable;

/** Watches the files of a project's `develop` sections and brings changes into its containers. */
export function startWatch(call: Invocation, client: Client, project: Project, options: WatchOptions): WatchSession {
  return new Watch(call, client, project, options);
}

class Watch implements WatchSession {
  readonly #call: Invocation;
  readonly #client: Client;
  readonly #project: Project;
  readonly #options: WatchOptions;
  readonly #rules: readonly CompiledRule[];
  readonly #files: Disposable;

  constructor(call: Invocation, client: Client, project: Project, options: WatchOptions) {
    this.#call = call;
    this.#client = client;
    this.#project = project;
    this.#options = options;
    this.#rules = Object.values(project.services).flatMap((service) => compileRules(service, contextIgnore(service)));
    this.#files = watchFiles(
      this.#rules.map(({ rule }) => rule.path),
      (paths) => this.#apply(paths),
      (error) => options.print(messageOf(error)),
    );
    this.#initialSync().catch((error: unknown) => options.print(messageOf(error)));
    options.print('Watch enabled');
  }

  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]();
  }

  async #initialSync(): Promise<void> {
    for (const compiled of this.#rules) {
      if (compiled.rule.initial_sync === true) await this.#sync(compiled, [compiled.rule.path]);
    }
  }

  /** The first rule of a service that is about a path decides; a rebuild makes syncs of the same service needless. */
  async #apply(paths: readonly string[]): Promise<void> {
    for (const service of Object.values(this.#project.services)) {
      const rules = this.#rules.filter((one) => one.service.name === service.name);
      const byRule = new Map<CompiledRule, string[]>();
      for (const path of paths) {
        const rule = rules.find((one) => one.matches(path));
        if (rule) byRule.set(rule, [...(byRule.get(rule) ?? []), path]);
      }
      if ([...byRule.keys()].some(({ rule }) => rule.action === 'rebuild')) await this.#rebuild(service);
      else await this.#update(service, byRule);
    }
  }

  async #update(service: Service, byRule: ReadonlyMap<CompiledRule, string[]>): Promise<void> {
    let restart = false;
    for (const [compiled, paths] of byRule) {
      const { action, exec } = compiled.rule;
      if (action !== 'restart') await this.#sync(compiled, paths);
      if (action === 'restart' || action === 'sync+restart') restart = true;
      if (action === 'sync+exec' && exec)
        for (const { id } of await this.#containers(service)) await runHooks(id, [exec], 'watch exec', { client: this.#client, signal: undefined });
    }
    if (!restart) return;
    for (const { id } of await this.#containers(service)) await this.#client.containers.restart(id);
    this.#options.print(`service "${service.name}" restarted`);
  }

  async #sync(compiled: CompiledRule, paths: readonly string[]): Promise<void> {
    const { service } = compiled;
    const places = paths.flatMap((source) => {
      const target = compiled.targetOf(source);
      return target === undefined ? [] : [{ source, target }];
    });
    if (!places.length) return;
    const containers = await this.#containers(service);
    this.#options.print(`Syncing service "${service.name}" after ${places.length} change${places.length === 1 ? ' was' : 's were'} detected`);
    await Promise.all(containers.map(({ id }) => syncFiles(this.#client, id, places, (path) => path === compiled.rule.path || compiled.matches(path))));
    this.#options.print(`Syncing service "${service.name}" complete`);
  }

  async #containers(service: Service): Promise<{ readonly id: string }[]> {
    const all = await observeContainers(this.#client, this.#project.name);
    return all.filter(({ service: name, oneOff, state }) => name === service.name && !oneOff && state === 'running');
  }

  async #rebuild(service: Service): Promise<void> {
    const { print, prune, quiet } = this.#options;
    print(`Rebuilding service "${service.name}" after changes were detected...`);
    const image = imageName(this.#project, service, separator(this.#call));
    const before = await this.#client.images.inspect(image).then(
      ({ Id }) => Id,
      () => undefined,
    );
    try {
      const part = withoutUnused(selectServices(this.#project, [service.name], 'alone'));
      await bringUp(this.#call, this.#client, part, {
        build: 'always',
        named: [service.name],
        progress: ({ id, status, state }) => state === 'error' && print(`${id} ${status}`),
        buildImages: imageBuilder(this.#call, { quiet, print, project: this.#project }),
      });
      print(`service "${service.name}" successfully built`);
    } catch (error) {
      // A broken build must not end the watch: the next change may mend it.
      print(`Failed to rebuild service "${service.name}": ${messageOf(error)}`);
      return;
    }
    const after = await this.#client.images.inspect(image).then(
      ({ Id }) => Id,
      () => undefined,
    );
    if (prune && before !== undefined && before !== after) await this.#client.images.remove(before).catch(() => undefined);
  }
}

function contextIgnore({ build }: Service): string {
  const file = build
    ? [`${build.dockerfile ?? 'Dockerfile'}.dockerignore`, '.dockerignore'].map((name) => join(build.context, name)).find((path) => existsSync(path))
    : undefined;
  return file === undefined ? '' : readFileSync(file, 'utf8');
}
