import { signal } from '@preact/signals';
import { addList, deleteList, renameList } from '../store/actions.ts';
import type { List } from '../store/model.ts';
import { lists, sortedTodos, tags } from '../store/state.ts';
import { today } from './clock.ts';
import { Icon } from './icon.tsx';
import type { Route } from './route.ts';
import { hrefOf, route } from './route.ts';
import { Transfer } from './transfer.tsx';

export const sidebarOpen = signal(false);
const renaming = signal<string | null>(null);

export function Sidebar() {
  const open = sortedTodos.value.filter((todo) => !todo.completed);
  return (
    <nav
      id="sidebar"
      class={sidebarOpen.value ? 'sidebar open' : 'sidebar'}
      aria-label="Lists"
      onClick={(event) => event.target instanceof HTMLAnchorElement && (sidebarOpen.value = false)}
    >
      <ul>
        <Place place={{ kind: 'everything' }} name="Everything" count={open.length} />
        <Place place={{ kind: 'today' }} name="Today" count={open.filter(({ due }) => due !== null && due <= today.value).length} />
        <Place place={{ kind: 'inbox' }} name="Inbox" count={open.filter(({ listId }) => listId === null).length} />
      </ul>
      <h2>Lists</h2>
      <ul>
        {lists.value.map((list) => (
          <ListPlace key={list.id} list={list} count={open.filter(({ listId }) => listId === list.id).length} />
        ))}
      </ul>
      <NewList />
      {tags.value.length > 0 && <h2>Tags</h2>}
      <ul>
        {tags.value.map(([tag, count]) => (
          <Place key={tag} place={{ kind: 'tag', name: tag }} name={`#${tag}`} count={count} />
        ))}
      </ul>
      <Transfer />
    </nav>
  );
}

function Place({ place, name, count }: { place: Route['place']; name: string; count: number }) {
  const current = hrefOf(place) === hrefOf(route.value.place);
  return (
    <li>
      <a href={hrefOf(place)} aria-current={current ? 'page' : undefined}>
        {name} <span class="count">{count > 0 ? count : ''}</span>
      </a>
    </li>
  );
}

function ListPlace({ list, count }: { list: List; count: number }) {
  const href = hrefOf({ kind: 'list', name: list.id });
  if (renaming.value === list.id) return <RenameList list={list} />;
  return (
    <li class="list-place">
      <a href={href} aria-current={href === hrefOf(route.value.place) ? 'page' : undefined}>
        {list.name} <span class="count">{count > 0 ? count : ''}</span>
      </a>
      <button type="button" class="plain" aria-label={`Rename the list ${list.name}`} onClick={() => (renaming.value = list.id)}>
        <Icon name="edit" />
      </button>
      <button
        type="button"
        class="plain"
        aria-label={`Delete the list ${list.name}`}
        onClick={() => {
          deleteList(list);
          if (href === hrefOf(route.value.place)) location.hash = '#/';
        }}
      >
        <Icon name="delete" />
      </button>
    </li>
  );
}

function RenameList({ list }: { list: List }) {
  const finish = (name: string) => {
    renaming.value = null;
    if (name !== '' && name !== list.name) renameList(list, name);
  };
  return (
    <li>
      <input
        aria-label={`Name of the list ${list.name}`}
        defaultValue={list.name}
        maxLength={100}
        ref={(input) => input?.focus()}
        onBlur={(event) => finish(event.currentTarget.value.trim())}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish(event.currentTarget.value.trim());
          else if (event.key === 'Escape') finish('');
        }}
      />
    </li>
  );
}

function NewList() {
  return (
    <form
      class="new-list"
      onSubmit={(event) => {
        event.preventDefault();
        const input = event.currentTarget.elements.namedItem('name') as HTMLInputElement;
        const name = input.value.trim();
        if (name === '') return;
        location.hash = hrefOf({ kind: 'list', name: addList(name) });
        input.value = '';
        sidebarOpen.value = false;
      }}
    >
      <input name="name" aria-label="New list" placeholder="New list" maxLength={100} autocomplete="off" />
      <button type="submit" class="plain" aria-label="Add the list">
        <Icon name="add" />
      </button>
    </form>
  );
}
