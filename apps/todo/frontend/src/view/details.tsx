import { changeTodos, deleteTodos } from '../store/actions.ts';
import type { Fields, Todo } from '../store/model.ts';
import { lists, todos } from '../store/state.ts';
import { detailed, focusRow } from './cursor.ts';
import { Dialog } from './dialog.tsx';

export function Details() {
  const todo = detailed.value === null ? undefined : todos.value.get(detailed.value);
  if (todo === undefined) return null;
  return <Editor key={todo.id} todo={todo} />;
}

/** Each field is saved when it is left. */
function Editor({ todo }: { todo: Todo }) {
  const save = (fields: Fields) => {
    const changed = Object.entries(fields).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(todo[field as keyof Todo]));
    if (changed.length > 0) changeTodos([todo.id], Object.fromEntries(changed));
  };
  const close = () => {
    detailed.value = null;
    focusRow(todo.id);
  };
  return (
    <Dialog title="Details" side onClose={close}>
      <form class="fields" onSubmit={(event) => event.preventDefault()}>
        <label>
          Title
          <input
            value={todo.title}
            maxLength={500}
            onChange={(event) => event.currentTarget.value.trim() !== '' && save({ title: event.currentTarget.value.trim() })}
          />
        </label>
        <label>
          Notes
          <textarea rows={8} maxLength={10_000} value={todo.notes} onChange={(event) => save({ notes: event.currentTarget.value })} />
        </label>
        <label>
          Due
          <input type="date" value={todo.due ?? ''} onChange={(event) => save({ due: event.currentTarget.value || null })} />
        </label>
        <label>
          Priority
          <select value={String(todo.priority)} onChange={(event) => save({ priority: Number(event.currentTarget.value) })}>
            <option value="0">None</option>
            <option value="1">High</option>
            <option value="2">Medium</option>
            <option value="3">Low</option>
          </select>
        </label>
        <label>
          List
          <select value={todo.listId ?? ''} onChange={(event) => save({ listId: event.currentTarget.value || null })}>
            <option value="">Inbox</option>
            {lists.value.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Tags
          <input value={todo.tags.join(' ')} placeholder="home garden" onChange={(event) => save({ tags: tagsOf(event.currentTarget.value) })} />
        </label>
      </form>
      <footer>
        <button
          type="button"
          onClick={() => {
            deleteTodos([todo.id]);
            detailed.value = null;
          }}
        >
          Delete
        </button>
        <button type="button" class="primary" onClick={close}>
          Done
        </button>
      </footer>
    </Dialog>
  );
}

function tagsOf(text: string): string[] {
  const words = text.split(/[\s,#@]+/).filter((word) => word !== '');
  return [...new Set(words.map((word) => word.slice(0, 50)))].slice(0, 20);
}
