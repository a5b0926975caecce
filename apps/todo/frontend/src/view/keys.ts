import { changeTodos, deleteTodos, undo } from '../store/actions.ts';
import { chosen, cursor, detailed, editing, focusRow, marked, neighbour, toggleMark } from './cursor.ts';
import { helpOpen } from './help.tsx';
import { moveRow } from './drag.ts';
import { placed, visible } from './route.ts';

const page = 10;

/** Keys in the list of todos. What is not named here keeps its meaning: Space ticks, Tab goes on. */
export function onListKey(event: KeyboardEvent): void {
  const id = cursor.value;
  if (id === null || event.isComposing || event.ctrlKey || event.metaKey) return;
  const action = event.altKey ? moves[event.key] : event.shiftKey ? marks[event.key] : plain[event.key];
  if (action === undefined) return;
  const onButton = event.target instanceof HTMLButtonElement;
  if (onButton && (event.key === 'Enter' || event.key === ' ')) return;
  event.preventDefault();
  action(id);
}

const moves: Record<string, (id: string) => void> = {
  ArrowUp: (id) => moveRow(id, -1),
  ArrowDown: (id) => moveRow(id, 1),
  Home: (id) => moveRow(id, -Infinity),
  End: (id) => moveRow(id, Infinity),
};

const marks: Record<string, (id: string) => void> = {
  ArrowUp: (id) => markTowards(id, -1),
  ArrowDown: (id) => markTowards(id, 1),
};

const plain: Record<string, (id: string) => void> = {
  ArrowUp: (id) => go(id, -1),
  ArrowDown: (id) => go(id, 1),
  k: (id) => go(id, -1),
  j: (id) => go(id, 1),
  PageUp: (id) => go(id, -page),
  PageDown: (id) => go(id, page),
  Home: (id) => go(id, -Infinity),
  End: (id) => go(id, Infinity),
  Enter: (id) => (editing.value = id),
  F2: (id) => (editing.value = id),
  o: (id) => (detailed.value = id),
  x: (id) => toggleMark(id),
  Delete: () => remove(),
  Backspace: () => remove(),
  Escape: () => (marked.value = new Set()),
  ...Object.fromEntries(['0', '1', '2', '3'].map((digit) => [digit, () => changeTodos(chosen(), { priority: Number(digit) })])),
};

function go(id: string, step: number): void {
  const next = neighbour(id, step);
  if (next !== undefined) focusRow(next);
}

function markTowards(id: string, step: number): void {
  const next = neighbour(id, step);
  marked.value = new Set([...marked.value, id, ...(next === undefined ? [] : [next])]);
  go(id, step);
}

function remove(): void {
  const ids = chosen();
  const rest = visible.value.filter((todo) => !ids.includes(todo.id));
  const index = visible.value.findIndex((todo) => todo.id === ids[0]);
  deleteTodos(ids);
  marked.value = new Set();
  const next = rest[Math.min(Math.max(index, 0), rest.length - 1)];
  if (next !== undefined) focusRow(next.id);
  else document.getElementById('new-todo')?.focus();
}

/** Keys that work wherever nothing is being typed. */
export function startKeys(): void {
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches('input:not([type=checkbox]), textarea, select');
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !typing) {
      const shortcut = { z: undo, a: markAll }[event.key];
      if (shortcut === undefined) return;
      event.preventDefault();
      shortcut();
    } else if (!typing && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const action = anywhere[event.key];
      if (action === undefined || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      action();
    }
  });
}

const anywhere: Record<string, () => void> = {
  n: () => document.getElementById('new-todo')?.focus(),
  '/': () => document.getElementById('search')?.focus(),
  '?': () => (helpOpen.value = true),
  g: () => cursor.value !== null && focusRow(cursor.value),
};

function markAll(): void {
  marked.value = new Set(visible.value.map(({ id }) => id));
}

/** Ticks all that are shown, or opens them all again when all are ticked. */
export function toggleAll(): void {
  const rows = visible.value;
  const completed = rows.some((todo) => !todo.completed);
  changeTodos(
    rows.filter((todo) => todo.completed !== completed).map(({ id }) => id),
    { completed },
  );
}

/** Of the place that is open, whatever else is filtered. */
export function clearCompleted(): void {
  deleteTodos(placed.value.filter((todo) => todo.completed).map(({ id }) => id));
}
