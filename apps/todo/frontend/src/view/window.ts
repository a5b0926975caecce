/** Of a long list only the rows in view, and a few around them, are in the document. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const around = 10;

/** @param rowHeight all rows are equally high, in CSS pixels */
export function rangeInView(scrollTop: number, viewHeight: number, { rowHeight, count }: { rowHeight: number; count: number }): Range {
  const start = Math.max(0, Math.floor(scrollTop / rowHeight) - around);
  return { start, end: Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + around) };
}

/** Where to scroll so that the row is wholly in view; undefined when it is already. */
export function scrollFor(
  index: number,
  { scrollTop, viewHeight, rowHeight }: { scrollTop: number; viewHeight: number; rowHeight: number },
): number | undefined {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + viewHeight) return top + rowHeight - viewHeight;
  return undefined;
}
