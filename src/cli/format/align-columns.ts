/** Aligns rows in columns that are at least `minWidth` wide, `padding` blanks behind the longest cell; the last cell of a row is free. */
export function alignColumns(rows: readonly (readonly string[])[], { minWidth, padding }: { minWidth: number; padding: number }): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(minWidth, ...rows.map((row) => (row[column] ?? '').length + padding)));
  return rows.map((row) => `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('')}\n`).join('');
}
