import { type Kind, written } from '../kinds/kind.ts';
import { listOf, sameText } from '../kinds/list-kind.ts';
import { mapOf, mergeEntries } from '../kinds/map-kind.ts';
import { path } from '../kinds/path-kind.ts';
import { anything, bool, bytes, duration, integer, loose, matching, nullable, number, oneOf, text } from '../kinds/scalar-kinds.ts';
import { struct, withDefaults } from '../kinds/struct-kind.ts';
import { get, map, scalar, scalarText, textOf, type Tree } from '../tree.ts';
import { build } from './build.ts';
import { command, healthTest } from './command.ts';
import { deploy, gpus } from './deploy.ts';
import { develop } from './develop.ts';
import { fileReferences, secretReferences } from './file-reference.ts';
import { hook, preStartHook } from './hook.ts';
import { volumes } from './mount.ts';
import { environment, hosts, labels, looseTexts, nameAlone, options, resourceNames, texts, textOrTexts } from './names.ts';
import { expose, ports } from './port.ts';
import { ulimits } from './ulimits.ts';

const throttle = listOf(struct({ path: text, rate: bytes }, { required: ['path', 'rate'], hashNames: { path: 'Path', rate: 'Rate' } }));

const blkio = struct({
  weight: integer,
  weight_device: listOf(struct({ path: text, weight: integer }, { hashNames: { path: 'Path', weight: 'Weight' } })),
  device_read_bps: throttle,
  device_read_iops: throttle,
  device_write_bps: throttle,
  device_write_iops: throttle,
});

const device = struct(
  { source: text, target: text, permissions: matching(/^[rwm]{1,3}$/, 'some of the letters r, w and m') },
  {
    required: ['source'],
    short(tree) {
      const [source = '', target = source, permissions = 'rwm'] = scalarText(tree).split(':');
      return map({ source: scalar(source, tree.at), target: scalar(target, tree.at), permissions: scalar(permissions, tree.at) }, tree.at);
    },
    finish: (tree) => withDefaults(tree, { target: get(tree, 'source') ?? tree, permissions: scalar('rwm', tree.at) }),
  },
);

const dependency = struct(
  { condition: oneOf(['service_started', 'service_healthy', 'service_completed_successfully']), restart: bool, required: written(bool) },
  { finish: (tree) => withDefaults(tree, { condition: scalar('service_started', tree.at), required: scalar(true, tree.at) }) },
);

const envFile = struct(
  { path, required: bool, format: oneOf(['raw']) },
  { required: ['path'], short: (tree) => map({ path: tree }, tree.at), finish: (tree) => withDefaults(tree, { required: scalar(true, tree.at) }) },
);

const endpoint = nullable(
  struct({
    aliases: texts,
    driver_opts: options,
    gw_priority: integer,
    interface_name: text,
    ipv4_address: text,
    ipv6_address: text,
    link_local_ips: texts,
    mac_address: text,
    priority: integer,
  }),
);

const healthcheck = struct({
  test: healthTest,
  timeout: duration,
  interval: duration,
  retries: written(integer),
  start_period: duration,
  start_interval: duration,
  disable: bool,
});

const loggingFields = struct({ driver: text, options });

/** Options of one log driver mean nothing to another: a later driver of another name replaces the whole. */
const logging: Kind = {
  ...loggingFields,
  merge(base, over) {
    const [before, after] = [textOf(get(base, 'driver')), textOf(get(over, 'driver'))];
    return before !== undefined && after !== undefined && before !== after ? over : mergeEntries(base, over, (key) => loggingFields.fields[key] ?? anything);
  },
};

const extendsKind = struct({ file: text, service: text }, { required: ['service'], short: (tree) => map({ service: tree }, tree.at) });

const provider = struct({ type: text, options: mapOf(listOf(loose, { single: true })) }, { required: ['type'] });

const model = nullable(struct({ endpoint_var: text, model_var: text }));

const restart = matching(
  /^(?:no|always|unless-stopped|on-failure(?::\d+)?|on-unhealthy(?::\d+)?)$/,
  '"no", "always", "unless-stopped", "on-failure[:COUNT]" or "on-unhealthy[:COUNT]"',
);

const pullPolicy = matching(
  /^(?:always|never|build|if_not_present|missing|refresh|daily|weekly|every_(?:[0-9]+[wdhms])+)$/,
  '"always", "never", "missing", "build", "daily", "weekly" or "every_DURATION"',
);

const dependsOn = mapOf(dependency, {
  names: resourceNames,
  item: (item: Tree) => (item.kind === 'scalar' ? [scalarText(item), map({ condition: scalar('service_started', item.at) }, item.at)] : undefined),
});

/** All attributes of a service, in the order in which Compose writes them; its configuration hash depends on it. */
export const serviceFields: Readonly<Record<string, Kind>> = {
  profiles: texts,
  annotations: labels,
  attach: written(bool),
  build,
  develop,
  blkio_config: blkio,
  cap_add: texts,
  cap_drop: texts,
  cgroup_parent: text,
  cgroup: oneOf(['host', 'private']),
  cpu_count: integer,
  cpu_percent: number({ min: 0, max: 100 }),
  cpu_period: integer,
  cpu_quota: integer,
  cpu_rt_period: integer,
  cpu_rt_runtime: integer,
  cpus: number({ min: 0 }),
  cpuset: text,
  cpu_shares: integer,
  command,
  configs: fileReferences,
  container_name: matching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, 'a container name: letters, digits, "_", "." and "-", two at least'),
  credential_spec: struct({ config: text, file: text, registry: text }),
  depends_on: dependsOn,
  deploy,
  device_cgroup_rules: texts,
  devices: listOf(device, { key: (item) => textOf(get(item, 'target')) }),
  dns: textOrTexts,
  dns_opt: texts,
  dns_search: textOrTexts,
  domainname: text,
  entrypoint: command,
  provider,
  environment,
  env_file: listOf(envFile, { single: true, key: (item) => textOf(get(item, 'path')) }),
  expose,
  extends: extendsKind,
  external_links: texts,
  extra_hosts: hosts,
  group_add: looseTexts,
  gpus,
  hostname: text,
  healthcheck,
  image: text,
  init: written(bool),
  ipc: text,
  isolation: text,
  labels,
  label_file: listOf(path, { single: true, key: sameText }),
  links: texts,
  logging,
  mem_limit: bytes,
  mem_reservation: bytes,
  memswap_limit: bytes,
  mem_swappiness: bytes,
  mac_address: text,
  models: mapOf(model, { item: nameAlone }),
  network_mode: text,
  networks: mapOf(endpoint, { names: resourceNames, item: nameAlone }),
  oom_kill_disable: bool,
  oom_score_adj: number({ integer: true, min: -1000, max: 1000 }),
  pid: nullable(text),
  pids_limit: integer,
  platform: text,
  ports,
  privileged: bool,
  pull_policy: pullPolicy,
  pull_refresh_after: text,
  read_only: bool,
  restart,
  runtime: text,
  scale: written(number({ integer: true, min: 0 })),
  secrets: secretReferences,
  security_opt: texts,
  shm_size: bytes,
  stdin_open: bool,
  stop_grace_period: duration,
  stop_signal: text,
  storage_opt: options,
  sysctls: labels,
  tmpfs: textOrTexts,
  tty: bool,
  ulimits,
  use_api_socket: bool,
  user: loose,
  userns_mode: text,
  uts: text,
  volumes,
  volumes_from: texts,
  working_dir: text,
  pre_start: listOf(preStartHook),
  post_start: listOf(hook),
  pre_stop: listOf(hook),
};

/** One service. */
export const service = struct(serviceFields);
