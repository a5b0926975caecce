import { command } from './define.ts';
import type { CommandSpec } from './types.ts';

/** Docker's commands that Slipway does not have, each with what to use in its place. */
export const unsupported: Readonly<Record<string, string>> = {
  swarm: 'Slipway runs on one machine. Run several replicas of a service with "slipway compose up --scale SERVICE=N".',
  service: 'Services are part of Swarm. Describe them in a compose.yaml and use "slipway compose up".',
  stack: 'Stacks are part of Swarm. Use "slipway compose -f FILE up -d".',
  node: 'Nodes are part of Swarm; Slipway runs on one machine. To work with another machine, use "slipway context create".',
  config: 'Configs are part of Swarm. Write them under "configs:" in a compose.yaml.',
  secret: 'Secrets are part of Swarm. Write them under "secrets:" in a compose.yaml, or use "slipway build --secret".',
  plugin: 'Slipway has no plugins: the drivers "local" for volumes and "bridge", "macvlan" and "ipvlan" for networks are built in.',
  checkpoint: 'Slipway cannot write running containers to disk. Use "slipway commit" to keep the file system, or "slipway pause".',
  manifest: 'Slipway does not edit manifest lists. Pull, tag and push images of one platform, or use "slipway inspect IMAGE".',
  trust: 'Slipway does not sign images. Pin an image by its digest: "slipway pull NAME@sha256:…".',
  bake: 'Slipway reads no bake files. Put the builds into a compose.yaml and use "slipway compose build".',
  buildx: 'Slipway has one builder. Use "slipway build", and "slipway builder prune" for its cache.',
  scout: 'Slipway does not scan images. Write one to a file with "slipway save" and give it to a scanner.',
  init: 'Slipway writes no starter files. "slipway build" takes any Dockerfile.',
};

/** The commands above, so that they are known and answer with what to use. */
export const unsupportedCommands: readonly CommandSpec[] = Object.keys(unsupported).map((name) =>
  command({ name, summary: 'Not part of Slipway', usage: '', minArgs: 0, raw: true, hidden: true, load: () => import('../commands/system/unsupported.ts') }),
);
