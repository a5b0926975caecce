import { useSignal } from '@preact/signals';
import { addTodo } from '../store/actions.ts';
import { lists } from '../store/state.ts';
import { describeDay } from '../text/days.ts';
import type { Draft } from '../text/quick-add.ts';
import { parseQuickAdd } from '../text/quick-add.ts';
import { today } from './clock.ts';
import { focusRow, showRow } from './cursor.ts';
import { route, visible } from './route.ts';

export function QuickAdd() {
  const text = useSignal('');
  const draft = text.value.trim() === '' ? undefined : parse(text.value);
  return (
    <form
      class="quick-add"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft === undefined) return;
        showRow(addTodo(draft));
        text.value = '';
      }}
    >
      <label for="new-todo" class="visually-hidden">
        New todo
      </label>
      <input
        id="new-todo"
        autocomplete="off"
        enterkeyhint="done"
        maxLength={500}
        placeholder="What needs to be done?"
        aria-describedby="recognised"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = visible.value[0];
          if (event.key === 'Escape') text.value = '';
          else if (event.key === 'ArrowDown' && first !== undefined) {
            event.preventDefault();
            focusRow(first.id);
          }
        }}
      />
      <button type="submit" class="primary">
        Add
      </button>
      <p id="recognised" class="recognised">
        {draft === undefined ? '' : describe(draft)}
      </p>
    </form>
  );
}

/** A todo that is added while a tag or the day's todos are open belongs there. */
function parse(line: string): Draft {
  const { place } = route.value;
  const draft = parseQuickAdd(line, { today: today.value, lists: lists.value, listId: place.kind === 'list' ? place.name : null });
  if (place.kind === 'tag' && !draft.tags.includes(place.name)) return { ...draft, tags: [...draft.tags, place.name] };
  return place.kind === 'today' && draft.due === null ? { ...draft, due: today.value } : draft;
}

function describe({ title, due, priority, tags, listId }: Draft): string {
  const list = lists.value.find(({ id }) => id === listId);
  const marks = [
    due !== null && `due ${describeDay(due, today.value)}`,
    priority > 0 && `priority ${priority}`,
    ...tags.map((tag) => `#${tag}`),
    list && `in ${list.name}`,
  ].filter(Boolean);
  return marks.length === 0 ? '' : `“${title}”, ${marks.join(', ')}`;
}
