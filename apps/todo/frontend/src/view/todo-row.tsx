import type { Todo } from '../store/model.ts';
import { changeTodos, deleteTodos } from '../store/actions.ts';
import { describeDay } from '../text/days.ts';
import { today } from './clock.ts';
import { cursor, detailed, editing, focusRow, marked, neighbour, toggleMark } from './cursor.ts';
import { Icon } from './icon.tsx';
import { sort } from './route.ts';

interface Props {
  todo: Todo;
  index: number;
  count: number;
  /** The one row that Tab reaches; arrows go on from there. */
  current: boolean;
  shift: number;
  dragged: boolean;
  onGrab: (event: PointerEvent, todo: Todo, index: number) => void;
}

const priorities = ['', 'high', 'medium', 'low'];

export function TodoRow({ todo, index, count, current, shift, dragged, onGrab }: Props) {
  const tabIndex = current ? 0 : -1;
  const classes = ['row', todo.completed && 'completed', dragged && 'dragged', marked.value.has(todo.id) && 'marked', current && 'current'];
  return (
    <li
      class={classes.filter(Boolean).join(' ')}
      aria-setsize={count}
      aria-posinset={index + 1}
      data-id={todo.id}
      style={{ transform: `translateY(calc(${index} * var(--row) + ${shift}px))` }}
      onFocusIn={() => (cursor.value = todo.id)}
      onClick={(event) => event.shiftKey && toggleMark(todo.id)}
    >
      <span class="grip" aria-hidden="true" hidden={sort.value !== 'position'} onPointerDown={(event) => onGrab(event, todo, index)}>
        <Icon name="grip" />
      </span>
      <input
        id={`check-${todo.id}`}
        type="checkbox"
        checked={todo.completed}
        tabIndex={tabIndex}
        aria-label={nameOf(todo)}
        aria-keyshortcuts="Space Enter Delete"
        onChange={(event) => changeTodos([todo.id], { completed: event.currentTarget.checked })}
      />
      {editing.value === todo.id ? <TitleEditor todo={todo} /> : <Title todo={todo} />}
      <span class="actions">
        <button type="button" class="plain" tabIndex={tabIndex} aria-label={`Details of ${todo.title}`} onClick={() => (detailed.value = todo.id)}>
          <Icon name="details" />
        </button>
        <button type="button" class="plain" tabIndex={tabIndex} aria-label={`Delete ${todo.title}`} onClick={() => remove(todo.id)}>
          <Icon name="delete" />
        </button>
      </span>
    </li>
  );
}

function Title({ todo }: { todo: Todo }) {
  return (
    <span class="text" onDblClick={() => (editing.value = todo.id)} onClick={() => focusRow(todo.id)} aria-hidden="true">
      {todo.priority > 0 && (
        <span class={`priority priority-${todo.priority}`} title={`Priority ${priorities[todo.priority]}`}>
          {'!'.repeat(4 - todo.priority)}
        </span>
      )}
      <span class="title">{todo.title}</span>
      {todo.notes !== '' && <Icon name="notes" />}
      {todo.due !== null && <span class={`due ${!todo.completed && todo.due < today.value ? 'overdue' : ''}`}>{describeDay(todo.due, today.value)}</span>}
      {todo.tags.slice(0, 4).map((tag) => (
        <span class="tag" key={tag}>
          #{tag}
        </span>
      ))}
    </span>
  );
}

/** Enter and leaving keep what was typed, Escape does not, and nothing typed deletes the todo. */
function TitleEditor({ todo }: { todo: Todo }) {
  let done = false;
  const finish = (input: HTMLInputElement, keep: boolean) => {
    if (done) return;
    done = true;
    const title = input.value.trim();
    editing.value = null;
    if (keep && title === '') return remove(todo.id);
    if (keep && title !== todo.title) changeTodos([todo.id], { title });
    focusRow(todo.id);
  };
  return (
    <input
      class="edit"
      aria-label={`Title of ${todo.title}`}
      maxLength={500}
      defaultValue={todo.title}
      ref={(input) => {
        if (input !== null && document.activeElement !== input) {
          input.focus();
          input.select();
        }
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter' && !event.isComposing) finish(event.currentTarget, true);
        else if (event.key === 'Escape') finish(event.currentTarget, false);
      }}
      onBlur={(event) => finish(event.currentTarget, true)}
    />
  );
}

/** What a screen reader says of the row. */
function nameOf({ title, due, priority, tags, notes }: Todo): string {
  return [
    title,
    due !== null && `due ${describeDay(due, today.value)}`,
    priority > 0 && `priority ${priorities[priority]}`,
    tags.length > 0 && `tags ${tags.join(', ')}`,
    notes !== '' && 'has notes',
  ]
    .filter(Boolean)
    .join(', ');
}

function remove(id: string): void {
  const next = neighbour(id, 1) === id ? neighbour(id, -1) : neighbour(id, 1);
  deleteTodos([id]);
  if (next !== undefined && next !== id) focusRow(next);
  else document.getElementById('new-todo')?.focus();
}
