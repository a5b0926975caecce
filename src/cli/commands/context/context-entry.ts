import { type ContextMeta, ContextStore } from '../../config/context-store.ts';
import { defaultSocket } from '../../connect/endpoint.ts';
import type { Invocation } from '../../invocation.ts';

/** The host that the context "default" stands for: SLIPWAY_HOST or DOCKER_HOST, -H, or the default socket. */
export function defaultHost({ globals, env }: Pick<Invocation, 'globals' | 'env'>): string {
  return globals.list('host')[0] ?? (env['SLIPWAY_HOST'] || env['DOCKER_HOST'] || `unix://${defaultSocket}`);
}

/** The context "default", which no file describes. */
export function defaultContext(call: Pick<Invocation, 'globals' | 'env'>): ContextMeta {
  return { Name: 'default', Metadata: {}, Endpoints: { docker: { Host: defaultHost(call), SkipTLSVerify: false } } };
}

/** A context by name, with "default" among them. */
export function contextByName(call: Invocation, name: string): ContextMeta {
  return name === 'default' ? defaultContext(call) : new ContextStore(call.config().directory).get(name);
}
