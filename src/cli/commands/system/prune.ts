import type { Client } from '../../../client/index.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { confirm, planText, type PrunePlan } from '../confirm.ts';
import { deletedImages } from '../image/prune.ts';
import { deletedText } from '../prune.ts';
import { buildCachePlan, containerPlan, imagePlan, networkPlan, reclaimed, volumePlan } from '../prune-plan.ts';
import { filterValues } from '../../flags/key-values.ts';

interface Scope {
  readonly all: boolean;
  readonly volumes: boolean;
  readonly filters: Record<string, string[]>;
}

/** `system prune`: containers, networks, images and build cache, with --volumes anonymous volumes; shows what would go before it asks. */
export async function run(call: Invocation): Promise<void> {
  const { flags, stdout } = call;
  const lines = flags.list('filter');
  const scope: Scope = { all: flags.bool('all'), volumes: flags.bool('volumes'), filters: filterValues(lines) };
  if (scope.volumes && scope.filters['until']) throw new ExitError(1, 'ERROR: The "until" filter is not supported with "--volumes"');
  const client = await call.connect();
  if (flags.bool('dry-run')) return void stdout.write(await planText(await plans(client, scope)));
  if (!flags.bool('force')) {
    stdout.write(await planText(await plans(client, scope)));
    if (!(await confirm(call, warning(scope, lines)))) return;
  }
  await prune(call, client, scope);
}

async function plans(client: Client, { all, volumes, filters }: Scope): Promise<PrunePlan[]> {
  return await Promise.all([
    containerPlan(client, filters),
    networkPlan(client, filters),
    ...(volumes ? [volumePlan(client, filters, false)] : []),
    imagePlan(client, filters, all),
    ...(filtersByLabel(filters) ? [] : [buildCachePlan(client, filters, all)]),
  ]);
}

/** The build cache has no labels: a prune by label leaves it alone. */
function filtersByLabel(filters: Scope['filters']): boolean {
  return filters['label'] !== undefined || filters['label!'] !== undefined;
}

function warning({ all, volumes }: Scope, filters: readonly string[]): string {
  const kinds = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all anonymous volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'unused build cache',
  ];
  const filtered = filters.length > 0 ? `\n  Items to be pruned will be filtered with:\n${filters.map((one) => `  - ${one}\n`).join('')}` : '';
  return `WARNING! This will remove:\n${kinds.map((one) => `  - ${one}\n`).join('')}${filtered}\nAre you sure you want to continue?`;
}

async function prune({ stdout }: Invocation, client: Client, { all, volumes, filters }: Scope): Promise<void> {
  const containers = await client.containers.prune(filters);
  stdout.write(deletedText('Deleted Containers', containers.ContainersDeleted));
  const networks = await client.networks.prune(filters);
  stdout.write(deletedText('Deleted Networks', networks.NetworksDeleted));
  const gone = volumes ? await client.volumes.prune(filters) : undefined;
  stdout.write(deletedText('Deleted Volumes', gone?.VolumesDeleted));
  const images = await client.images.prune({ ...filters, dangling: [String(!all)] });
  stdout.write(deletedText('Deleted Images', deletedImages(images.ImagesDeleted)));
  const cache = filtersByLabel(filters) ? undefined : await client.images.pruneBuildCache({ all, filters });
  stdout.write(deletedText('Deleted build cache objects', cache?.CachesDeleted));
  stdout.write(reclaimed(containers.SpaceReclaimed + (gone?.SpaceReclaimed ?? 0) + images.SpaceReclaimed + (cache?.SpaceReclaimed ?? 0)));
}
