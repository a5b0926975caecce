import type { Client } from '../../client/index.ts';
import type { Project } from '../../compose-file/index.ts';
import {
  type BuildImages,
  ensureImages,
  execute,
  type ExecuteContext,
  explainPlan,
  imageName,
  observe,
  type OnProgress,
  type Plan,
  reconcile,
  type ReconcileOptions,
  StateWatcher,
  subject,
  describeOperation,
} from '../../compose/index.ts';
import { readCredentials } from '../config/credentials.ts';
import { proxyVariables } from '../flags/env.ts';
import { registryOf } from '../image-name.ts';
import type { Invocation } from '../invocation.ts';
import { isDryRun, isSet, parallel, separator, timeoutSeconds } from './session.ts';
import { warner } from './warn.ts';

/** How a project is brought up, besides what its files say. */
export interface BringUpOptions extends Partial<Omit<ReconcileOptions, 'images'>> {
  readonly build?: 'always' | 'missing' | 'never';
  readonly pull?: string;
  readonly quietPull?: boolean;
  readonly buildImages: BuildImages;
  readonly progress: OnProgress;
  readonly signal?: AbortSignal;
  readonly beforeStart?: ExecuteContext['beforeStart'];
}

/** Gets images, compares what is wanted with what is there, and makes it so. In a dry run it only tells. */
export async function bringUp(call: Invocation, client: Client, project: Project, options: BringUpOptions): Promise<Plan> {
  const dryRun = isDryRun(call);
  const images = await ensureImages({
    client,
    project,
    progress: options.progress,
    build: options.build ?? 'missing',
    pull: options.pull ?? '',
    quietPull: options.quietPull ?? false,
    dryRun,
    authOf: (image) => readCredentials(call.config(), registryOf(image)),
    buildImages: options.buildImages,
    separator: separator(call),
    signal: options.signal,
  });
  const observed = await observe(client, project.name);
  const plan = reconcile(project, observed, {
    images,
    recreate: options.recreate ?? 'diverged',
    recreateDependencies: options.recreateDependencies ?? options.recreate ?? 'diverged',
    named: options.named ?? [],
    removeOrphans: options.removeOrphans ?? false,
    inheritVolumes: options.inheritVolumes ?? true,
    start: options.start ?? true,
    separator: separator(call),
  });
  const explained = await explainPlan(plan, project, client);
  await carryOut(call, client, project, explained, { ...options, observed, images });
  return explained;
}

/** Carries a plan out, or tells it in a dry run. */
export async function carryOut(
  call: Invocation,
  client: Client,
  project: Project,
  plan: Plan,
  options: Pick<BringUpOptions, 'progress' | 'signal' | 'beforeStart'> & {
    readonly observed: ExecuteContext['observed'];
    readonly images?: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const quietOrphans = isSet(call.env['COMPOSE_IGNORE_ORPHANS']);
  for (const warning of plan.warnings) if (!quietOrphans || !warning.startsWith('Found orphan containers')) warner(call)(warning);
  if (isDryRun(call)) return tellPlan(plan, options.progress);
  await using watcher = new StateWatcher(client);
  const context: ExecuteContext = {
    client,
    project,
    observed: options.observed,
    progress: options.progress,
    images: options.images ?? new Map(),
    imageName: (service) => imageName(project, service, separator(call)),
    proxies: proxiesOf(call, client),
    timeoutSeconds: timeoutSeconds(call),
    signal: options.signal,
    watcher,
    ids: new Map(),
    newest: new Map(),
    beforeStart: options.beforeStart,
  };
  await execute(plan, context, parallel(call));
}

function tellPlan(plan: Plan, progress: OnProgress): void {
  for (const { name } of plan.unchanged) progress({ id: `Container ${name}`, status: 'Running', state: 'done' });
  for (const { operation, reason } of plan.nodes) {
    progress({ id: subject(operation), status: describeOperation(operation), state: 'done', ...(reason === undefined ? {} : { detail: reason }) });
  }
}

/** Proxy variables of config.json, for containers whose services say nothing about them. */
export function proxiesOf(call: Invocation, client: Client): Record<string, string> {
  return Object.fromEntries(
    proxyVariables(call.config(), client.connection.host, []).map((text) => {
      const equals = text.indexOf('=');
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
