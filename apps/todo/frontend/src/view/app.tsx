import { dismiss, messages } from '../store/messages.ts';
import { changeTodos, deleteTodos } from '../store/actions.ts';
import { account, connection, lists, outbox } from '../store/state.ts';
import { marked } from './cursor.ts';
import { Details } from './details.tsx';
import { Help, helpOpen } from './help.tsx';
import { Icon } from './icon.tsx';
import { clearCompleted, toggleAll } from './keys.ts';
import { QuickAdd } from './quick-add.tsx';
import type { Sort, Status } from './route.ts';
import { heading, hrefOf, placed, query, route, sort, visible } from './route.ts';
import { Sidebar, sidebarOpen } from './sidebar.tsx';
import { SignIn, signOut } from './sign-in.tsx';
import { nextTheme, theme } from './theme.ts';
import { TodoList } from './todo-list.tsx';

export function App() {
  if (connection.value === 'signed-out') return <SignIn />;
  return (
    <>
      <Header />
      <div class="columns">
        <Sidebar />
        <main>
          <div class="heading">
            <h1>{heading.value}</h1>
            <Filters />
          </div>
          <QuickAdd />
          {marked.value.size > 0 ? <ManyActions /> : <ListTools />}
          <TodoList />
        </main>
      </div>
      <Details />
      <Help />
      <Messages />
    </>
  );
}

function Header() {
  return (
    <header class="top">
      <button
        type="button"
        class="plain menu"
        aria-label="Lists"
        aria-expanded={sidebarOpen.value}
        aria-controls="sidebar"
        onClick={() => (sidebarOpen.value = !sidebarOpen.value)}
      >
        <Icon name="menu" />
      </button>
      <span class="brand">Todo</span>
      <search>
        <Icon name="search" />
        <input
          id="search"
          type="search"
          aria-label="Search"
          placeholder="Search"
          value={query.value}
          onInput={(event) => (query.value = event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && (query.value = '')}
        />
      </search>
      <ConnectionState />
      {account.value !== null && (
        <button type="button" onClick={() => void signOut()}>
          Sign out {account.value}
        </button>
      )}
      <button type="button" class="plain" aria-label={`Colours: ${theme.value}`} title={`Colours: ${theme.value}`} onClick={nextTheme}>
        <Icon name="theme" />
      </button>
      <button type="button" class="plain" aria-label="Help" onClick={() => (helpOpen.value = true)}>
        <Icon name="help" />
      </button>
    </header>
  );
}

function ConnectionState() {
  const waiting = outbox.value.length;
  const text =
    connection.value === 'offline'
      ? `Offline${waiting > 0 ? `, ${waiting} to send` : ''}`
      : waiting > 0
        ? 'Saving…'
        : connection.value === 'starting'
          ? 'Loading…'
          : 'Saved';
  return (
    <span class={`connection ${connection.value}`} role="status">
      {text}
    </span>
  );
}

function Filters() {
  const { place, status } = route.value;
  const choices: [Status, string][] = [
    ['all', 'All'],
    ['active', 'Active'],
    ['completed', 'Completed'],
  ];
  return (
    <nav class="filters" aria-label="Filter">
      {choices.map(([value, name]) => (
        <a key={value} href={hrefOf(place, value)} aria-current={value === status ? 'true' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

function ListTools() {
  const left = placed.value.filter((todo) => !todo.completed).length;
  const done = placed.value.length - left;
  return (
    <div class="tools">
      <label class="toggle-all">
        <input
          type="checkbox"
          checked={visible.value.length > 0 && visible.value.every((todo) => todo.completed)}
          disabled={visible.value.length === 0}
          onChange={toggleAll}
        />
        <span>
          {left} {left === 1 ? 'todo' : 'todos'} left
        </span>
      </label>
      <label class="sort">
        <span class="visually-hidden">Order</span>
        <select value={sort.value} onChange={(event) => (sort.value = event.currentTarget.value as Sort)}>
          <option value="position">Own order</option>
          <option value="due">Due first</option>
          <option value="priority">Priority</option>
          <option value="title">A to Z</option>
          <option value="newest">Newest</option>
        </select>
      </label>
      <button type="button" disabled={done === 0} onClick={clearCompleted}>
        Clear completed
      </button>
    </div>
  );
}

function ManyActions() {
  const ids = [...marked.value];
  const then = (action: () => void) => () => {
    action();
    marked.value = new Set();
  };
  return (
    <div class="tools" role="group" aria-label="Marked todos">
      <span>{ids.length} marked</span>
      <button type="button" onClick={then(() => changeTodos(ids, { completed: true }))}>
        Complete
      </button>
      <button type="button" onClick={then(() => changeTodos(ids, { completed: false }))}>
        Reopen
      </button>
      <select
        aria-label="Move to list"
        value=""
        onChange={(event) => then(() => changeTodos(ids, { listId: event.currentTarget.value === 'inbox' ? null : event.currentTarget.value }))()}
      >
        <option value="" disabled>
          Move to…
        </option>
        <option value="inbox">Inbox</option>
        {lists.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <button type="button" onClick={then(() => deleteTodos(ids))}>
        Delete
      </button>
      <button type="button" onClick={() => (marked.value = new Set())}>
        Unmark
      </button>
    </div>
  );
}

function Messages() {
  return (
    <div class="messages" role="log" aria-label="Messages" aria-live="polite">
      {messages.value.map(({ id, text, action }) => (
        <div class="message" key={id}>
          <span>{text}</span>
          {action !== undefined && (
            <button
              type="button"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" class="plain" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
