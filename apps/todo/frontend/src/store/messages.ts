import { signal } from '@preact/signals';

export interface Message {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; run(): void };
}

const shownMs = 8000;
let lastId = 0;

export const messages = signal<readonly Message[]>([]);

/** Shows a line at the bottom for some seconds, read out by screen readers. At most three at a time. */
export function inform(text: string, action?: Message['action']): void {
  const id = ++lastId;
  messages.value = [...messages.value.slice(-2), { id, text, ...(action !== undefined && { action }) }];
  setTimeout(() => dismiss(id), shownMs);
}

export function dismiss(id: number): void {
  messages.value = messages.value.filter((message) => message.id !== id);
}
