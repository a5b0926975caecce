import type { TransferTodo } from './document.ts';

/** todo.txt (todotxt.org): "x 2026-11-29 2026-11-01 Call Mum @phone +Family due:2026-12-24"; lists are projects, tags are contexts. */
export function formatTodoTxt(todos: readonly TransferTodo[]): string {
  return todos.map((todo) => `${formatLine(todo)}\n`).join('');
}

const day = (instant: string | undefined) => instant?.slice(0, 10);
const letters = ['', 'A', 'B', 'C'];

function formatLine({ title, list, due, priority = 0, tags = [], completedAt, createdAt }: TransferTodo): string {
  const letter = letters[priority];
  const done = completedAt === undefined ? [letter && `(${letter})`] : ['x', day(completedAt)];
  const extra = completedAt !== undefined && letter ? [`pri:${letter}`] : [];
  return [
    ...done,
    day(createdAt),
    title.replaceAll(/\s+/g, ' '),
    ...tags.map((tag) => `@${tag}`),
    list && `+${list.replaceAll(/\s+/g, '_')}`,
    due && `due:${due}`,
    ...extra,
  ]
    .filter(Boolean)
    .join(' ');
}

export function parseTodoTxt(text: string, now: string): TransferTodo[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => parseLine(line.trim(), now));
}

function parseLine(line: string, now: string): TransferTodo {
  const head = /^(?<done>x\s+)?(?:\((?<letter>[A-Z])\)\s+)?(?<first>\d{4}-\d\d-\d\d\s+)?(?<second>\d{4}-\d\d-\d\d\s+)?(?<rest>.*)$/.exec(line)?.groups ?? {};
  const done = head['done'] !== undefined;
  const completedOn = done ? head['first']?.trim() : undefined;
  const createdOn = done ? head['second']?.trim() : head['first']?.trim();
  const todo: TransferTodo = { title: '' };
  if (done) todo.completedAt = completedOn === undefined ? now : `${completedOn}T12:00:00.000Z`;
  if (createdOn !== undefined) todo.createdAt = `${createdOn}T12:00:00.000Z`;
  if (head['letter'] !== undefined) todo.priority = priorityOf(head['letter']);
  const title = (head['rest'] ?? '').split(/\s+/).filter((word) => !takeWord(todo, word));
  todo.title = title.join(' ').slice(0, 500) || line.slice(0, 500);
  return todo;
}

/** Whether the word was one of the marks, which do not stay in the title. */
function takeWord(todo: TransferTodo, word: string): boolean {
  const [, sign, name = ''] = /^(@|\+|due:|pri:)(\S{1,100})$/.exec(word) ?? [];
  if (sign === '@' && /^[^,#@]{1,50}$/.test(name) && (todo.tags?.length ?? 0) < 20) todo.tags = [...(todo.tags ?? []), name];
  else if (sign === '+' && todo.list === undefined) todo.list = name.replaceAll('_', ' ');
  else if (sign === 'due:' && /^\d{4}-\d\d-\d\d$/.test(name)) todo.due = name;
  else if (sign === 'pri:') todo.priority = priorityOf(name);
  else return false;
  return true;
}

function priorityOf(letter: string): number {
  return Math.min(Math.max(letters.indexOf(letter), 0) || 3, 3);
}
