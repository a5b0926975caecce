import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { moveTodo } from '../store/actions.ts';
import { inform } from '../store/messages.ts';
import type { Todo } from '../store/model.ts';
import { focusRow } from './cursor.ts';
import { sort, visible } from './route.ts';

interface Drag {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  /** How far the pointer has moved, in pixels, scrolling counted in. */
  readonly by: number;
}

const edge = 40;
const scrollStep = 12;

/** Moves rows by the handle with mouse, pen or finger; rows between make room while it lasts. Escape lets go. */
export function useDrag(scroller: RefObject<HTMLDivElement | null>, rowHeight: number) {
  const drag = useSignal<Drag | null>(null);

  function grab(event: PointerEvent, todo: Todo, index: number): void {
    if (event.button !== 0 || sort.value !== 'position') return;
    const element = scroller.current;
    if (element === null) return;
    event.preventDefault();
    const startY = event.clientY + element.scrollTop;
    const controller = new AbortController();
    const { signal } = controller;
    drag.value = { id: todo.id, from: index, to: index, by: 0 };
    const follow = (clientY: number) => {
      const by = clientY + element.scrollTop - startY;
      const to = Math.min(Math.max(index + Math.round(by / rowHeight), 0), visible.peek().length - 1);
      drag.value = { id: todo.id, from: index, to, by };
    };
    const finish = (drop: boolean) => {
      controller.abort();
      const last = drag.value;
      drag.value = null;
      if (drop && last !== null && last.to !== last.from) moveRow(todo.id, last.to - last.from);
    };
    addEventListener(
      'pointermove',
      (move) => {
        scrollAtEdges(element, move.clientY);
        follow(move.clientY);
      },
      { signal },
    );
    addEventListener('pointerup', () => finish(true), { signal });
    addEventListener('pointercancel', () => finish(false), { signal });
    addEventListener('keydown', (key) => key.key === 'Escape' && finish(false), { signal });
  }

  return {
    grab,
    isDragged: (id: string) => drag.value?.id === id,
    /** How far down the row is shown from its place. */
    shiftOf(index: number): number {
      const current = drag.value;
      if (current === null) return 0;
      if (index === current.from) return current.by;
      if (index > current.from && index <= current.to) return -rowHeight;
      if (index < current.from && index >= current.to) return rowHeight;
      return 0;
    },
  };
}

function scrollAtEdges(element: HTMLElement, clientY: number): void {
  const { top, bottom } = element.getBoundingClientRect();
  if (clientY < top + edge) element.scrollTop -= scrollStep;
  else if (clientY > bottom - edge) element.scrollTop += scrollStep;
}

/** Moves a row by so many rows, as far as the list goes, and says where it is now. */
export function moveRow(id: string, by: number): void {
  if (sort.value !== 'position') return inform('Todos can be moved when they are in their own order');
  const rows = visible.value;
  const from = rows.findIndex((todo) => todo.id === id);
  const to = Math.min(Math.max(from + by, 0), rows.length - 1);
  if (from < 0 || to === from) return;
  const rest = rows.filter((todo) => todo.id !== id);
  moveTodo(id, rest[to - 1] ?? null, rest[to] ?? null);
  focusRow(id);
}
