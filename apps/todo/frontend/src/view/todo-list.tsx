import { useSignal, useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { cursor, editing, showRequest } from './cursor.ts';
import { useDrag } from './drag.ts';
import { Empty } from './empty.tsx';
import { onListKey } from './keys.ts';
import { heading, visible } from './route.ts';
import { TodoRow } from './todo-row.tsx';
import { rangeInView, scrollFor } from './window.ts';

export function TodoList() {
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const view = useSignal({ height: 800, rowHeight: 48 });
  const rows = visible.value;
  const { height, rowHeight } = view.value;
  const { start, end } = rangeInView(scrollTop.value, height, { rowHeight, count: rows.length });
  const drag = useDrag(scroller, rowHeight);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => (view.value = { height: element.clientHeight, rowHeight: parseFloat(getComputedStyle(element).getPropertyValue('--row')) || 48 });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useSignalEffect(() => {
    const request = showRequest.value;
    if (request !== null) queueMicrotask(() => bringIntoView(request.id, request.focus));
  });

  function bringIntoView(id: string, focus: boolean): void {
    const element = scroller.current;
    const index = visible.peek().findIndex((todo) => todo.id === id);
    if (element === null || index < 0) return;
    const top = scrollFor(index, { scrollTop: element.scrollTop, viewHeight: element.clientHeight, rowHeight: view.peek().rowHeight });
    if (top !== undefined) {
      element.scrollTop = top;
      scrollTop.value = element.scrollTop;
    }
    // The row may come into the document only now; and its title may be in editing by then, which keeps the focus.
    if (focus) requestAnimationFrame(() => editing.peek() === null && document.getElementById(`check-${id}`)?.focus({ preventScroll: true }));
  }

  return (
    <div class="scroller" ref={scroller} onScroll={(event) => (scrollTop.value = event.currentTarget.scrollTop)}>
      {rows.length === 0 ? (
        <Empty />
      ) : (
        <ul class="rows" aria-label={heading.value} style={{ height: `${rows.length * rowHeight}px` }} onKeyDown={onListKey}>
          {rows.slice(start, end).map((todo, offset) => (
            <TodoRow
              key={todo.id}
              todo={todo}
              index={start + offset}
              count={rows.length}
              current={todo.id === (cursor.value ?? rows[0]?.id)}
              shift={drag.shiftOf(start + offset)}
              dragged={drag.isDragged(todo.id)}
              onGrab={drag.grab}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
