import { addDays, weekdayOf } from './days.ts';

export interface Draft {
  readonly title: string;
  readonly due: string | null;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly listId: string | null;
}

interface Surroundings {
  today: string;
  lists: readonly { id: string; name: string }[];
  /** The list that is open; what is added goes there unless another is named. */
  listId: string | null;
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/**
 * Reads a line such as "Call Mum tomorrow #family !1 @Home": what it recognises becomes due date, tags, priority and list, the rest
 * is the title. A backslash before a word keeps it as it is.
 */
export function parseQuickAdd(line: string, { today, lists, listId }: Surroundings): Draft {
  const draft = { due: null as string | null, priority: 0, tags: [] as string[], listId };
  const words = takePhrases(line.trim(), today, draft);
  const title = words.filter((word) => !takeWord(word, { today, lists, draft })).map((word) => word.replace(/^\\(?=[#!@\w])/, ''));
  return { ...draft, title: title.join(' ').slice(0, 500) || line.trim().slice(0, 500) };
}

/** "in 3 days", "in 2 weeks", "next week" span several words. */
function takePhrases(line: string, today: string, draft: { due: string | null }): string[] {
  const rest = line.replace(/(?<=^|\s)(?:in (\d{1,3}) (day|week)s?|next week)(?=\s|$)/i, (_whole, count?: string, unit?: string) => {
    draft.due = addDays(today, Number(count ?? 1) * (unit?.toLowerCase() === 'day' ? 1 : 7));
    return '';
  });
  return rest.split(/\s+/).filter((word) => word !== '');
}

function takeWord(
  word: string,
  {
    today,
    lists,
    draft,
  }: { today: string; lists: Surroundings['lists']; draft: { due: string | null; priority: number; tags: string[]; listId: string | null } },
): boolean {
  const day = draft.due === null ? dayFor(word.toLowerCase(), today) : undefined;
  const list = word.startsWith('@') ? lists.find(({ name }) => name.toLowerCase().replaceAll(/\s+/g, '') === word.slice(1).toLowerCase()) : undefined;
  if (day !== undefined) draft.due = day;
  else if (/^#[^\s,#@]{1,50}$/.test(word) && draft.tags.length < 20) draft.tags = [...new Set([...draft.tags, word.slice(1)])];
  else if (/^![0-3]$/.test(word)) draft.priority = Number(word.slice(1));
  else if (list !== undefined) draft.listId = list.id;
  else return false;
  return true;
}

function dayFor(word: string, today: string): string | undefined {
  if (word === 'today') return today;
  if (word === 'tomorrow') return addDays(today, 1);
  if (/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(word)) return word === addDays(word, 0) ? word : undefined;
  const weekday = weekdays.indexOf(word);
  return weekday < 0 ? undefined : addDays(today, ((weekday - weekdayOf(today) + 6) % 7) + 1);
}
