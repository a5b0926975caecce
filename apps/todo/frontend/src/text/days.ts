/** Days as "2026-12-24" in the person's own time zone. */
export function dayOf(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

export function addDays(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return dayOf(new Date(year, month - 1, date + count));
}

/** 0 for Sunday. */
export function weekdayOf(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).getDay();
}

/** "today", "tomorrow", "yesterday", "Friday" within a week, "24 Dec" or "24 Dec 2027" otherwise. */
export function describeDay(day: string, today: string): string {
  const near = new Map([
    [today, 'today'],
    [addDays(today, 1), 'tomorrow'],
    [addDays(today, -1), 'yesterday'],
  ]).get(day);
  if (near !== undefined) return near;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const value = new Date(year, month - 1, date);
  if (day > today && day < addDays(today, 7)) return value.toLocaleDateString('en', { weekday: 'long' });
  return value.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(day.slice(0, 4) !== today.slice(0, 4) && { year: 'numeric' }) });
}
