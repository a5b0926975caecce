import { signal } from '@preact/signals';
import { dayOf } from '../text/days.ts';

const checkMs = 20_000;

/** The day it is. Looked at often rather than waited for: clocks are set, and computers sleep over midnight. */
export const today = signal(dayOf(new Date()));

export function startClock(): void {
  const look = () => (today.value = dayOf(new Date()));
  setInterval(look, checkMs);
  document.addEventListener('visibilitychange', look);
  addEventListener('focus', look);
}
