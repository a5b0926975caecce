import { computed, signal } from '@preact/signals';
import type { List, Operation, Pending, Todo } from './model.ts';
import { applied, byPosition, touched } from './model.ts';

export type Connection = 'starting' | 'online' | 'offline' | 'signed-out';

/** What is seen: the server's state with everything applied that waits in the outbox. */
export const todos = signal<ReadonlyMap<string, Todo>>(new Map());
export const lists = signal<readonly List[]>([]);
export const connection = signal<Connection>('starting');
export const outbox = signal<readonly Pending[]>([]);
/** Whose todos these are; null where there are no accounts. */
export const account = signal<string | null>(null);
export const serverTodos = new Map<string, Todo>();
export const serverLists = new Map<string, List>();

export const sortedTodos = computed(() => [...todos.value.values()].sort(byPosition));

export const tags = computed(() => {
  const counts = new Map<string, number>();
  for (const todo of todos.value.values()) if (!todo.completed) for (const tag of todo.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b));
});

/** Works out again what is seen of the todos named; of all, without names. */
export function rebase(ids?: Iterable<string>): void {
  const next = new Map(ids === undefined ? serverTodos : todos.value);
  const pending = outbox.value.map(({ operation }) => operation);
  for (const id of ids ?? pending.flatMap((operation) => [...touched(operation)])) setOrDelete(next, id, seen(id, pending));
  todos.value = next;
}

export function rebaseLists(): void {
  const next = new Map(serverLists);
  for (const { operation } of outbox.value) {
    if (operation.kind === 'create-list' || operation.kind === 'restore-list') next.set(operation.list.id, next.get(operation.list.id) ?? operation.list);
    else if (operation.kind === 'delete-list') next.delete(operation.list.id);
    else if (operation.kind === 'rename-list') {
      const list = next.get(operation.id);
      if (list !== undefined) next.set(list.id, { ...list, name: operation.name });
    }
  }
  lists.value = [...next.values()].sort(byPosition);
}

function seen(id: string, pending: readonly Operation[]): Todo | undefined {
  return pending.reduce<Todo | undefined>((todo, operation) => (touched(operation).includes(id) ? applied(todo, id, operation) : todo), serverTodos.get(id));
}

function setOrDelete(map: Map<string, Todo>, id: string, todo: Todo | undefined): void {
  if (todo === undefined) map.delete(id);
  else map.set(id, todo);
}
