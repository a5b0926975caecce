import { effect, signal } from '@preact/signals';
import { todos } from '../store/state.ts';
import { visible } from './route.ts';

/** The row that the keyboard is on, and the rows that are marked for an action on many. */
export const cursor = signal<string | null>(null);
export const marked = signal<ReadonlySet<string>>(new Set());
/** The todo whose title is being edited in its row, and the one whose details are open. */
export const editing = signal<string | null>(null);
export const detailed = signal<string | null>(null);
/** Asks the list to bring the row into view and, if so said, the focus onto it; each request is a new object, so asking twice works. */
export const showRequest = signal<{ readonly id: string; readonly focus: boolean } | null>(null);

export function focusRow(id: string): void {
  cursor.value = id;
  showRequest.value = { id, focus: true };
}

/** The focus stays where it is. */
export function showRow(id: string): void {
  cursor.value = id;
  showRequest.value = { id, focus: false };
}

/** The row `step` rows away, or the last one there is in that direction. */
export function neighbour(id: string | null, step: number): string | undefined {
  const rows = visible.value;
  const index = rows.findIndex((todo) => todo.id === id);
  return rows[Math.min(Math.max(index + step, 0), rows.length - 1)]?.id;
}

/** The ids that an action is about: those marked, or else the row with the cursor. */
export function chosen(): string[] {
  if (marked.value.size > 0) return [...marked.value];
  return cursor.value === null ? [] : [cursor.value];
}

export function toggleMark(id: string): void {
  const next = new Set(marked.value);
  if (!next.delete(id)) next.add(id);
  marked.value = next;
}

/** Rows that are gone cannot stay marked, open or under the cursor. */
export function startCursor(): void {
  effect(() => {
    const known = todos.value;
    const rows = visible.value;
    if (cursor.value === null || !known.has(cursor.value)) cursor.value = rows[0]?.id ?? null;
    if (detailed.value !== null && !known.has(detailed.value)) detailed.value = null;
    if ([...marked.value].some((id) => !known.has(id))) marked.value = new Set([...marked.value].filter((id) => known.has(id)));
  });
}
