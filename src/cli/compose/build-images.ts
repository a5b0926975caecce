import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { AuthConfig } from '../../api/index.ts';
import { EngineError, messageOf } from '../../base/index.ts';
import { openBuildContext, openNamedContext } from '../../build-context/index.ts';
import type { Client, ImageBuildOptions } from '../../client/index.ts';
import { type BuildConfig, isRemoteContext, parseBytes, type Project, type Service } from '../../compose-file/index.ts';
import { type BuildImages, composeVersion, imageName, label } from '../../compose/index.ts';
import { openBuildProgress } from '../build/index.ts';
import { readCredentials } from '../config/credentials.ts';
import { proxyVariables } from '../flags/env.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { buildOrder } from './build-order.ts';
import { loadFrom, progressMode, separator } from './session.ts';
import { warner } from './warn.ts';

/** How images are built, besides what the files say. */
export interface BuildFlags {
  readonly quiet: boolean;
  readonly print: (line: string) => void;
  readonly noCache?: boolean;
  readonly pull?: boolean;
  readonly buildArgs?: Readonly<Record<string, string | null>>;
  readonly memory?: string;
  readonly progress?: string;
  /** The whole project, for images of other services. */
  readonly project?: Project;
}

/** A function that builds the images of services, one after the other, each after those that it is built from. */
export function imageBuilder(call: Invocation, flags: BuildFlags): BuildImages {
  return async (services) => {
    const project = flags.project ?? loadFrom(call);
    const client = await call.connect();
    const registries = await allCredentials(call);
    for (const service of buildOrder(project, services)) await buildOne(call, client, project, service, flags, registries);
  };
}

/** Builds one service's image and gives its id. */
export async function buildOne(
  call: Invocation,
  client: Client,
  project: Project,
  service: Service,
  flags: BuildFlags,
  registries: Readonly<Record<string, AuthConfig>>,
): Promise<string> {
  const { build } = service;
  if (!build) throw new EngineError('INVALID_ARGUMENT', `service "${service.name}" has no build section`);
  const context = openContext(service.name, build);
  const options = { ...buildOptions(call, client, project, service, build, flags), dockerfile: context.dockerfile, listing: context.listing, registries };
  const { stderr, stdout, env } = call;
  const mode = flags.quiet ? 'quiet' : modeOf(call, flags);
  using view = openBuildProgress({ mode, stream: stderr, classic: flags.quiet ? stdout : stderr, env });
  try {
    for await (const message of client.images.build(context.body, options)) view.message(message);
    view.finish();
  } catch (error) {
    view.fail(messageOf(error));
    throw new ExitError(1, `failed to build service "${service.name}": ${messageOf(error)}`);
  }
  if (!flags.quiet) flags.print(` ${service.name}  Built`);
  return view.imageId ?? (await client.images.inspect(imageName(project, service, separator(call)))).Id;
}

/** Credentials of all registries that the user has logged in to, for base images. */
export async function allCredentials(call: Invocation): Promise<Record<string, AuthConfig>> {
  const config = call.config();
  const names = Object.keys(config.values.auths ?? {});
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readCredentials(config, name)] as const)));
}

function modeOf(call: Invocation, { progress }: BuildFlags): 'auto' | 'plain' | 'tty' | 'quiet' | 'rawjson' {
  if (progress === 'plain' || progress === 'tty' || progress === 'quiet' || progress === 'rawjson' || progress === 'auto') return progress;
  const mode = progressMode(call);
  return mode === 'json' ? 'rawjson' : mode === 'quiet' ? 'quiet' : mode;
}

function openContext(name: string, build: BuildConfig): ReturnType<typeof openBuildContext> {
  if (isRemoteContext(build.context))
    throw new EngineError('NOT_IMPLEMENTED', `service "${name}": remote build context "${build.context}" is not supported: clone it and name the folder`);
  if (build.dockerfile_inline !== undefined) return openBuildContext({ directory: build.context, dockerfileText: build.dockerfile_inline });
  const dockerfile = build.dockerfile ?? 'Dockerfile';
  return openBuildContext({ directory: build.context, dockerfile: isAbsolute(dockerfile) ? dockerfile : join(build.context, dockerfile) });
}

function buildOptions(call: Invocation, client: Client, project: Project, service: Service, build: BuildConfig, flags: BuildFlags): ImageBuildOptions {
  refuseUnknown(call, service.name, build);
  const own = { [label.project]: project.name, [label.service]: service.name, [label.version]: composeVersion };
  const platform = service.platform ?? (build.platforms?.length === 1 ? build.platforms[0] : undefined);
  return {
    tags: [imageName(project, service, separator(call)), ...(build.tags ?? [])],
    target: build.target,
    buildArgs: { ...proxyArgs(call, client), ...build.args, ...flags.buildArgs },
    labels: { ...build.labels, ...own },
    noCache: build.no_cache === true || flags.noCache === true,
    noCacheFilter: build.no_cache_filter,
    cacheFrom: build.cache_from,
    pull: build.pull === true || flags.pull === true,
    platform,
    networkMode: build.network,
    extraHosts: build.extra_hosts?.map((host) => host.replace('=', ':')),
    shmSize: build.shm_size === undefined ? undefined : Number(build.shm_size),
    memory: flags.memory ? parseBytes(flags.memory) : undefined,
    ulimits: Object.entries(build.ulimits ?? {}).map(([Name, value]) =>
      typeof value === 'number' ? { Name, Soft: value, Hard: value } : { Name, Soft: value.soft, Hard: value.hard },
    ),
    secrets: secretsOf(project, service.name, build),
    contexts: contextsOf(project, build, separator(call)),
  };
}

/** Proxies of config.json are build arguments that every build may use. */
function proxyArgs(call: Invocation, client: Client): Record<string, string> {
  return Object.fromEntries(
    proxyVariables(call.config(), client.connection.host, []).map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}

function secretsOf(project: Project, name: string, build: BuildConfig): ReadonlyMap<string, Uint8Array> {
  return new Map(
    (build.secrets ?? []).map(({ source, target }) => {
      const secret = project.secrets[source];
      // The long form's target renames the secret for the Dockerfile: --mount=type=secret,id=TARGET.
      const id = target === undefined || target.startsWith('/') ? source : target;
      if (secret?.file !== undefined) return [id, readSecret(secret.file, name)];
      const value = project.environment[secret?.environment ?? ''];
      if (value === undefined)
        throw new EngineError(
          'INVALID_ARGUMENT',
          `build.secrets: environment variable "${secret?.environment ?? ''}" required by secret "${source}" is not set`,
        );
      return [id, Buffer.from(value)];
    }),
  );
}

function readSecret(file: string, service: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new EngineError('NOT_FOUND', `service "${service}": build secret ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function contextsOf(project: Project, build: BuildConfig, separator_: string): ReadonlyMap<string, AsyncIterable<Uint8Array> | string> {
  return new Map(
    Object.entries(build.additional_contexts ?? {}).map(([name, place]): readonly [string, AsyncIterable<Uint8Array> | string] => {
      if (place.startsWith('docker-image://')) return [name, place];
      const other = /^service:(.+)$/.exec(place)?.[1];
      if (other !== undefined) {
        const service = project.services[other] ?? project.disabledServices[other];
        if (!service) throw new EngineError('INVALID_ARGUMENT', `additional context "${name}" names the undefined service "${other}"`);
        return [name, `docker-image://${imageName(project, service, separator_)}`];
      }
      if (isRemoteContext(place)) throw new EngineError('NOT_IMPLEMENTED', `remote build context "${place}" is not supported: clone it and name the folder`);
      return [name, openNamedContext(place)];
    }),
  );
}

function refuseUnknown(call: Invocation, name: string, build: BuildConfig): void {
  const no = (attribute: string, why: string): never => {
    throw new EngineError('NOT_IMPLEMENTED', `service "${name}": unsupported attribute "build.${attribute}": ${why}`);
  };
  if ((build.platforms?.length ?? 0) > 1) no('platforms', 'images are built for one platform at a time');
  if (build.ssh?.length) no('ssh', 'builds have no SSH agent; use a secret, or fetch before the build');
  if (build.entitlements?.length) no('entitlements', 'builds run in the default sandbox only');
  if (build.privileged === true) no('privileged', 'builds run in the default sandbox only');
  if (build.isolation !== undefined && build.isolation !== 'default') no('isolation', 'only Windows containers have it');
  const told = [
    build.cache_to?.length && 'cache_to',
    build.provenance !== undefined && build.provenance !== 'false' && 'provenance',
    build.sbom !== undefined && build.sbom !== 'false' && 'sbom',
  ];
  for (const attribute of told) if (attribute) warner(call)(`service "${name}": "build.${attribute}" is not supported and ignored`);
}
