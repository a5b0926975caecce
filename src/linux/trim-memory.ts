import { addon } from './addon.ts';

/** Gives memory that big transfers left in the allocator back to the kernel: malloc_trim(3). Takes some milliseconds; for idle moments. */
export function trimMemory(): void {
  addon().trimMemory();
}
