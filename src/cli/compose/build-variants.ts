import { isAbsolute, join } from 'node:path';
import { openBuildContext } from '../../build-context/index.ts';
import type { Project, Service } from '../../compose-file/index.ts';
import { imageName } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { separator } from './session.ts';

/** --print: the builds as a bake file. */
export function printBake(call: Invocation, project: Project, services: readonly Service[]): number {
  const target = Object.fromEntries(services.map((service) => [service.name, bakeTarget(call, project, service)]));
  call.stdout.write(`${JSON.stringify({ group: { default: { targets: services.map(({ name }) => name) } }, target }, undefined, 2)}\n`);
  return 0;
}

function bakeTarget(call: Invocation, project: Project, service: Service): Record<string, unknown> {
  const { build } = service;
  return {
    context: build?.context,
    dockerfile: build?.dockerfile,
    'dockerfile-inline': build?.dockerfile_inline,
    args: build?.args,
    labels: build?.labels,
    target: build?.target,
    contexts: build?.additional_contexts,
    tags: [imageName(project, service, separator(call)), ...(build?.tags ?? [])],
    'cache-from': build?.cache_from,
    platforms: build?.platforms,
    secret: build?.secrets?.map(({ source }) => `id=${source},type=${project.secrets[source]?.file === undefined ? 'env' : 'file'}`),
  };
}

/** --check: looks at the Dockerfiles and builds nothing. 1 when one of them is wrong. */
export async function checkBuilds(call: Invocation, services: readonly Service[]): Promise<number> {
  const client = await call.connect();
  let failed = false;
  for (const { name, build } of services) {
    if (!build) continue;
    const dockerfile = build.dockerfile ?? 'Dockerfile';
    const context = openBuildContext(
      build.dockerfile_inline === undefined
        ? { directory: build.context, dockerfile: isAbsolute(dockerfile) ? dockerfile : join(build.context, dockerfile) }
        : { directory: build.context, dockerfileText: build.dockerfile_inline },
    );
    const result = await client.images.check(context.body, { dockerfile: context.dockerfile, target: build.target, buildArgs: build.args });
    failed ||= result.failed || result.warnings.length > 0;
    call.stdout.write(
      result.warnings.length
        ? `${name}: ${result.warnings.length} warning${result.warnings.length === 1 ? '' : 's'}\n`
        : `${name}: Check complete, no warnings found.\n`,
    );
    for (const { rule, message, line, excerpt } of result.warnings)
      call.stdout.write(`  ${rule}: ${message}${line === undefined ? '' : ` (line ${line})`}\n${excerpt === undefined ? '' : `${excerpt}\n`}`);
  }
  return failed ? 1 : 0;
}
