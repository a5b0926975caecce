import type { TransferTodo } from './document.ts';

/**
 * A list as Markdown, the way people write it:
 *
 *     ## Home
 *     - [ ] Water the plants (due 2026-12-24) !1 #garden
 *       The ficus too.
 */
export function formatMarkdown(todos: readonly TransferTodo[]): string {
  const byList = Map.groupBy(todos, ({ list }) => list ?? 'Inbox');
  return [...byList].map(([list, members]) => `## ${list}\n\n${members.map(formatItem).join('\n')}\n`).join('\n');
}

function formatItem({ title, notes = '', due, priority = 0, tags = [], completedAt }: TransferTodo): string {
  const line = [
    `- [${completedAt === undefined ? ' ' : 'x'}] ${title}`,
    due && `(due ${due})`,
    priority > 0 && `!${priority}`,
    ...tags.map((tag) => `#${tag}`),
  ];
  return [
    line.filter(Boolean).join(' '),
    ...notes
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => `  ${text}`),
  ].join('\n');
}

/** Reads what `formatMarkdown` writes, and task lists in general; other lines are passed over. */
export function parseMarkdown(text: string, now: string): TransferTodo[] {
  const todos: TransferTodo[] = [];
  let list: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^#{1,6}\s+(?<name>.+?)\s*$/.exec(line)?.groups?.['name'];
    const item = /^\s{0,1}[-*+]\s+\[(?<mark>[ xX])\]\s+(?<rest>.+)$/.exec(line)?.groups;
    const last = todos.at(-1);
    if (heading !== undefined) list = heading === 'Inbox' ? undefined : heading.slice(0, 100);
    else if (item !== undefined)
      todos.push(parseItem(item['rest'] ?? '', { ...(list !== undefined && { list }), ...(item['mark'] !== ' ' && { completedAt: now }) }));
    else if (last !== undefined && /^\s{2,}\S/.test(line)) last.notes = [last.notes, line.trim()].filter(Boolean).join('\n').slice(0, 10_000);
  }
  return todos;
}

function parseItem(rest: string, base: Pick<TransferTodo, 'list' | 'completedAt'>): TransferTodo {
  const tags: string[] = [];
  const todo: TransferTodo = { title: '', ...base };
  const words = rest.replace(/\(due (\d{4}-\d\d-\d\d)\)/, (_whole, due: string) => {
    todo.due = due;
    return '';
  });
  const title = words.split(/\s+/).filter((word) => {
    if (/^#[^\s,#@]{1,50}$/.test(word) && tags.length < 20) return tags.push(word.slice(1)) === 0;
    const [, priority] = /^!([1-3])$/.exec(word) ?? [];
    if (priority !== undefined) todo.priority = Number(priority);
    return priority === undefined;
  });
  todo.title = title.join(' ').trim().slice(0, 500) || rest.slice(0, 500);
  if (tags.length > 0) todo.tags = tags;
  return todo;
}
