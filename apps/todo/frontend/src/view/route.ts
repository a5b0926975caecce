import { computed, signal } from '@preact/signals';
import { lists, sortedTodos } from '../store/state.ts';
import type { Todo } from '../store/model.ts';
import { today } from './clock.ts';

export type Status = 'all' | 'active' | 'completed';
export type Sort = 'position' | 'due' | 'priority' | 'title' | 'newest';

/** Which todos are shown. It is the part after # in the address: "#/list/ID/active", "#/tag/home", "#/today". */
export interface Route {
  readonly place: { readonly kind: 'everything' | 'inbox' | 'today' } | { readonly kind: 'list' | 'tag'; readonly name: string };
  readonly status: Status;
}

export const route = signal<Route>(parseRoute(''));
export const query = signal('');
export const sort = signal<Sort>('position');

export function parseRoute(hash: string): Route {
  const parts = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decodeURIComponent);
  const last = parts.at(-1);
  const status: Status = last === 'active' || last === 'completed' ? last : 'all';
  const [kind, name] = parts;
  if ((kind === 'list' || kind === 'tag') && name) return { place: { kind, name }, status };
  return { place: { kind: kind === 'inbox' || kind === 'today' ? kind : 'everything' }, status };
}

export function hrefOf(place: Route['place'], status: Status = 'all'): string {
  const path = 'name' in place ? [place.kind, encodeURIComponent(place.name)] : place.kind === 'everything' ? [] : [place.kind];
  return `#/${[...path, ...(status === 'all' ? [] : [status])].join('/')}`;
}

export const heading = computed(() => {
  const { place } = route.value;
  if (place.kind === 'list') return lists.value.find(({ id }) => id === place.name)?.name ?? 'List';
  if (place.kind === 'tag') return `#${place.name}`;
  return { everything: 'Everything', inbox: 'Inbox', today: 'Today' }[place.kind];
});

/** The todos of the place, whatever their status. */
export const placed = computed(() => sortedTodos.value.filter((todo) => isIn(todo, route.value.place)));

/** The todos that are on the screen, in order. */
export const visible = computed(() => {
  const words = query.value
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const { status } = route.value;
  const shown = placed.value.filter((todo) => (status === 'all' || todo.completed === (status === 'completed')) && matches(todo, words));
  return sort.value === 'position' ? shown : shown.sort(comparators[sort.value]);
});

function isIn(todo: Todo, place: Route['place']): boolean {
  switch (place.kind) {
    case 'everything':
      return true;
    case 'inbox':
      return todo.listId === null;
    case 'today':
      return todo.due !== null && todo.due <= today.value;
    case 'list':
      return todo.listId === place.name;
    case 'tag':
      return todo.tags.includes(place.name);
  }
}

function matches(todo: Todo, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${todo.title}\n${todo.notes}\n${todo.tags.join(' ')}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

const comparators: Record<Exclude<Sort, 'position'>, (a: Todo, b: Todo) => number> = {
  due: (a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999'),
  priority: (a, b) => ((a.priority + 3) % 4) - ((b.priority + 3) % 4),
  title: (a, b) => a.title.localeCompare(b.title),
  newest: (a, b) => b.createdAt.localeCompare(a.createdAt),
};
