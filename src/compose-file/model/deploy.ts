import { type Kind, written } from '../kinds/kind.ts';
import { listOf } from '../kinds/list-kind.ts';
import { bytes, duration, integer, loose, nullable, number, oneOf, text } from '../kinds/scalar-kinds.ts';
import { struct, valueStruct } from '../kinds/struct-kind.ts';
import { list, map, scalar } from '../tree.ts';
import { labels, options, texts } from './names.ts';

const update = struct({
  parallelism: written(integer),
  delay: duration,
  failure_action: oneOf(['continue', 'rollback', 'pause']),
  monitor: duration,
  max_failure_ratio: number(),
  order: oneOf(['start-first', 'stop-first']),
});

/** A number of devices; "all" is -1. */
const deviceCount: Kind = {
  ...integer,
  canonical: (tree, scope) => (tree.kind === 'scalar' && tree.value === 'all' ? scalar(-1, tree.at) : integer.canonical(tree, scope)),
};

const deviceFields = { capabilities: texts, driver: text, count: deviceCount, device_ids: texts, options };

/** Devices that a service reserves. */
export const deviceRequests = listOf(struct(deviceFields, { required: ['capabilities'] }));

const gpuList = listOf(struct(deviceFields));

/** GPUs: "all" or a list of requests. */
export const gpus: Kind = {
  ...gpuList,
  canonical: (tree, scope) =>
    gpuList.canonical(tree.kind === 'scalar' && tree.value === 'all' ? list([map({ count: scalar(-1, tree.at) }, tree.at)], tree.at) : tree, scope),
};

const generic = listOf(struct({ discrete_resource_spec: struct({ kind: text, value: number() }) }));

/** How many containers a service has, their limits, and how they are replaced. */
export const deploy = nullable(
  struct({
    mode: oneOf(['replicated', 'global', 'replicated-job', 'global-job']),
    replicas: written(number({ integer: true, min: 0 })),
    labels,
    update_config: update,
    rollback_config: update,
    resources: valueStruct(
      struct({
        limits: struct({ cpus: number({ min: 0 }), memory: bytes, pids: integer, devices: deviceRequests, generic_resources: generic }),
        reservations: struct({ cpus: number({ min: 0 }), memory: bytes, pids: integer, devices: deviceRequests, generic_resources: generic }),
      }),
    ),
    restart_policy: struct({ condition: oneOf(['none', 'on-failure', 'any']), delay: duration, max_attempts: written(integer), window: duration }),
    placement: valueStruct(struct({ constraints: texts, preferences: listOf(struct({ spread: text })), max_replicas_per_node: integer })),
    endpoint_mode: loose,
  }),
);
