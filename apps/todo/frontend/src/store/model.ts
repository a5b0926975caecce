/** A todo as the API has it; what it means is in the API's document. */
export interface Todo {
  readonly id: string;
  readonly listId: string | null;
  readonly title: string;
  readonly notes: string;
  readonly due: string | null;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly position: string;
  readonly completed: boolean;
  readonly completedAt: string | null;
  readonly createdAt: string;
  /** Counts changes on the server; 0 for one that the server has not seen yet. */
  readonly version: number;
}

export type Fields = Partial<Pick<Todo, 'title' | 'notes' | 'listId' | 'due' | 'priority' | 'tags' | 'position' | 'completed'>>;

export interface List {
  readonly id: string;
  readonly name: string;
  readonly position: string;
  readonly version: number;
}

/** Something the person did that the server has yet to hear of. Sending one twice does no harm. */
export type Operation =
  | { readonly kind: 'create'; readonly todo: Todo }
  | { readonly kind: 'patch'; readonly ids: readonly string[]; readonly fields: Fields; readonly before: readonly Todo[] }
  | { readonly kind: 'delete'; readonly before: readonly Todo[] }
  | { readonly kind: 'restore'; readonly todos: readonly Todo[] }
  | { readonly kind: 'create-list'; readonly list: List }
  | { readonly kind: 'rename-list'; readonly id: string; readonly name: string }
  | { readonly kind: 'delete-list'; readonly list: List }
  | { readonly kind: 'restore-list'; readonly list: List };

export interface Pending {
  /** Orders the outbox; also its key in the browser's database. */
  readonly key: string;
  readonly operation: Operation;
}

/** The ids of the todos that an operation is about. */
export function touched(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'create':
      return [operation.todo.id];
    case 'patch':
      return operation.ids;
    case 'delete':
      return operation.before.map(({ id }) => id);
    case 'restore':
      return operation.todos.map(({ id }) => id);
    default:
      return [];
  }
}

/** What the todo looks like once the operation is done; undefined when it is gone then. */
export function applied(todo: Todo | undefined, id: string, operation: Operation): Todo | undefined {
  switch (operation.kind) {
    case 'create':
      return todo ?? operation.todo;
    case 'patch':
      return todo && patched(todo, operation.fields);
    case 'delete':
      return undefined;
    case 'restore':
      return todo ?? operation.todos.find((known) => known.id === id);
    default:
      return todo;
  }
}

function patched(todo: Todo, fields: Fields): Todo {
  const completedAt = fields.completed === undefined ? todo.completedAt : fields.completed ? (todo.completedAt ?? new Date().toISOString()) : null;
  return { ...todo, ...fields, completedAt };
}

/** By position, which is compared by its bytes as the server does it; equal ones by id. */
export function byPosition(a: { position: string; id: string }, b: { position: string; id: string }): number {
  if (a.position !== b.position) return a.position < b.position ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
