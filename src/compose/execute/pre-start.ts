import { randomBytes } from 'node:crypto';
import { EngineError } from '../../base/index.ts';
import { containerRequest } from '../create/container-body.ts';
import type { Operation } from '../plan/plan.ts';
import { type ExecuteContext, idOf } from './context.ts';
import { containerOf } from './create-container.ts';
import { injectFiles } from './inject-files.ts';

/** Runs a command in a container of its own that has the service's networks and volumes. It is removed when it succeeds and kept when it fails. */
export async function runPreStart(operation: Extract<Operation, { kind: 'pre-start' }>, context: ExecuteContext): Promise<void> {
  const { service, index, name } = operation;
  const hook = service.pre_start?.[index];
  if (!hook) return;
  const { client, project } = context;
  const { healthcheck: _h, ports: _p, restart: _r, container_name: _c, ...base } = service;
  const slug = randomBytes(16).toString('hex');
  const image = hook.image ?? context.imageName(service);
  const once = {
    ...base,
    ...(hook.command ? { command: hook.command, entrypoint: [] } : {}),
    ...(hook.user === undefined ? {} : { user: hook.user }),
    ...(hook.working_dir === undefined ? {} : { working_dir: hook.working_dir }),
    ...(hook.privileged === undefined ? {} : { privileged: hook.privileged }),
    environment: { ...service.environment, ...hook.environment },
    labels: { ...service.labels, 'com.docker.compose.hook': 'pre_start' },
  };
  const oneOff = { slug, useAliases: false, autoRemove: false, attachStdin: false };
  const owner = client.containers.inspect(idOf(context, name));
  const request = containerRequest(once, project, {
    name: `${project.name}-${service.name}-pre-start-${slug.slice(0, 12)}`,
    number: 1,
    image,
    imageId: undefined,
    containerOf: containerOf(context),
    proxies: context.proxies,
    inherited: (await owner).Mounts,
    oneOff,
  });
  const { Id } = await client.containers.create(request.body, {
    name: `${project.name}-${service.name}-pre-start-${slug.slice(0, 12)}`,
    platform: service.platform,
  });
  await injectFiles(client, Id, request.files);
  const { exit } = await client.containers.wait(Id, { condition: 'next-exit', signal: context.signal });
  await client.containers.start(Id);
  const { StatusCode } = await exit;
  if (StatusCode !== 0) {
    throw new EngineError(
      'FAILED_PRECONDITION',
      `pre_start of service "${service.name}" exited with status ${StatusCode}; its container ${Id.slice(0, 12)} is kept: see its logs`,
    );
  }
  await client.containers.remove(Id, { force: true, volumes: false });
}
