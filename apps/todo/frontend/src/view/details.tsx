import { useSignal } from '@preact/signals';
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
        <TextField label="Title" value={todo.title} maxLength={500} save={(title) => title.trim() !== '' && save({ title: title.trim() })} />
        <TextField label="Notes" value={todo.notes} maxLength={10_000} rows={8} save={(notes) => save({ notes })} />
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
        <TextField label="Tags" value={todo.tags.join(' ')} maxLength={1000} save={(text) => save({ tags: tagsOf(text) })} />
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

/** Shows what is being typed until it is saved, whatever changes around it meanwhile. */
function TextField({ label, value, maxLength, rows, save }: { label: string; value: string; maxLength: number; rows?: number; save: (text: string) => void }) {
  const draft = useSignal<string | null>(null);
  const field = {
    value: draft.value ?? value,
    maxLength,
    onInput: (event: InputEvent) => (draft.value = (event.currentTarget as HTMLInputElement).value),
    onChange: () => {
      if (draft.value !== null) save(draft.value);
      draft.value = null;
    },
  };
  return (
    <label>
      {label}
      {rows === undefined ? <input {...field} /> : <textarea rows={rows} {...field} />}
    </label>
  );
}

function tagsOf(text: string): string[] {
  const words = text.split(/[\s,#@]+/).filter((word) => word !== '');
  return [...new Set(words.map((word) => word.slice(0, 50)))].slice(0, 20);
}
