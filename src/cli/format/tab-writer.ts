const MIN_WIDTH = 10;
const PADDING = 3;

/** Aligns tab-separated cells as Go's tabwriter does for Docker: columns at least 10 wide, 3 blanks between, the last cell of a line free. */
export function alignTabs(text: string): string {
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n').map((line) => line.split('\t'));
  const widths = lines.map(() => [] as number[]);
  layOut(lines, widths, 0, lines.length, 0);
  const written = lines.map((cells, row) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : padTo(cell, widths[row]?.[column] ?? 0))).join(''),
  );
  return written.join('\n') + (ended ? '\n' : '');
}

/** A column is a run of neighbouring lines that all have a cell there which a tab ends; each run has its own width. */
function layOut(lines: readonly string[][], widths: number[][], from: number, to: number, column: number): void {
  for (let start = from; start < to; start++) {
    if (!hasCell(lines[start], column)) continue;
    let end = start;
    let width = MIN_WIDTH;
    for (; end < to && hasCell(lines[end], column); end++) width = Math.max(width, displayWidth(lines[end]?.[column] ?? '') + PADDING);
    for (let row = start; row < end; row++) widths[row]?.splice(column, 1, width);
    layOut(lines, widths, start, end, column + 1);
    start = end - 1;
  }
}

function hasCell(cells: readonly string[] | undefined, column: number): boolean {
  return cells !== undefined && column < cells.length - 1;
}

function padTo(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - displayWidth(cell)));
}

function displayWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : Array.from(text).length;
}
