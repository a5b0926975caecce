import type { NetworkConfig, Service, VolumeConfig } from '../../compose-file/index.ts';
import type { ObservedContainer } from '../observe.ts';

/** One step. All but `wait` and `delay` are one call of the Engine API each. */
export type Operation =
  | { readonly kind: 'create-network'; readonly key: string; readonly network: NetworkConfig }
  | { readonly kind: 'remove-network'; readonly name: string; readonly id: string }
  | { readonly kind: 'create-volume'; readonly key: string; readonly volume: VolumeConfig }
  | { readonly kind: 'remove-volume'; readonly name: string }
  | { readonly kind: 'remove-image'; readonly name: string }
  | {
      readonly kind: 'create';
      readonly service: Service;
      readonly name: string;
      readonly number: number;
      readonly replaces?: ObservedContainer;
      readonly inherit: boolean;
    }
  | { readonly kind: 'pre-start'; readonly service: Service; readonly name: string; readonly index: number }
  | { readonly kind: 'start'; readonly service: string; readonly name: string; readonly id?: string }
  | { readonly kind: 'unpause'; readonly name: string; readonly id: string }
  | { readonly kind: 'stop'; readonly name: string; readonly id: string; readonly service: string; readonly quiet?: boolean }
  | { readonly kind: 'remove'; readonly name: string; readonly id: string; readonly volumes: boolean; readonly force?: boolean; readonly quiet?: boolean }
  | { readonly kind: 'rename'; readonly name: string; readonly from: string }
  | { readonly kind: 'wait'; readonly service: string; readonly condition: WaitFor; readonly required: boolean; readonly names: readonly string[] }
  | { readonly kind: 'wait-replica'; readonly service: string; readonly name: string }
  | { readonly kind: 'delay'; readonly nanoseconds: number; readonly service: string };

/** What a dependency waits for. */
export type WaitFor = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** A step, the steps that come before it, and why it is taken. */
export interface PlanNode {
  readonly id: number;
  readonly operation: Operation;
  readonly needs: readonly number[];
  readonly reason?: string;
}

/** Steps in an order in which they could be done one by one, and containers that stay as they are. */
export interface Plan {
  readonly nodes: readonly PlanNode[];
  readonly unchanged: readonly ObservedContainer[];
  readonly warnings: readonly string[];
}

/** Collects the nodes of a plan. */
export class PlanBuilder {
  readonly #nodes: PlanNode[] = [];
  readonly #unchanged: ObservedContainer[] = [];
  readonly #warnings: string[] = [];

  /** Adds a step and gives its number. */
  add(operation: Operation, needs: Iterable<number | undefined> = [], reason?: string): number {
    const id = this.#nodes.length + 1;
    const before = [...new Set([...needs].filter((need): need is number => need !== undefined))].toSorted((a, b) => a - b);
    this.#nodes.push({ id, operation, needs: before, ...(reason === undefined ? {} : { reason }) });
    return id;
  }

  keep(container: ObservedContainer): void {
    this.#unchanged.push(container);
  }

  warn(message: string): void {
    this.#warnings.push(message);
  }

  build(): Plan {
    return { nodes: this.#nodes, unchanged: this.#unchanged, warnings: this.#warnings };
  }
}
