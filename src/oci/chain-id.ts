import { digestOf } from './digest.ts';
import type { Digest } from './digest.ts';

/** Chain ID of each layer of a stack, bottom first: the first is its diff id, then "sha256:<hex>" over "parent diffId". Source: OCI image-spec config.md, Layer ChainID. */
export function chainIds(diffIds: readonly Digest[]): readonly Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const parent = chain.at(-1);
    chain.push(parent === undefined ? diffId : digestOf(`${parent} ${diffId}`));
  }
  return chain;
}

/** Chain ID of the top layer; undefined without layers. */
export function chainId(diffIds: readonly Digest[]): Digest | undefined {
  return chainIds(diffIds).at(-1);
}
