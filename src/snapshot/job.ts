import type { DiffOptions } from './diff-walk.ts';
import type { Extracted, ExtractOptions } from './extract.ts';

/** Work for a thread, as a message. */
export type Job =
  | {
      /** Writes an archive below `directory`. Without `file` its bytes come as `chunk` messages. */
      readonly kind: 'extract';
      readonly directory: string;
      readonly file?: string;
      readonly options: ExtractOptions;
      /** Asks for the digest of the uncompressed archive. */
      readonly digest: boolean;
    }
  | {
      /** Sends the layer tar of `directory` as `chunk` messages. */
      readonly kind: 'diff';
      readonly directory: string;
      readonly options: DiffOptions;
    };

/** What a job answers; a diff answers nothing but its bytes. */
export type JobResult = Extracted | undefined;

/** To the thread. `ack` tells how many bytes of its chunks were taken. */
export type ToWorker =
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'broken' }
  | { readonly kind: 'ack'; readonly sizeBytes: number };

/** From the thread. `ack` tells how many bytes of a source were taken: of a file, or of the chunks. */
export type FromWorker =
  | { readonly kind: 'ack'; readonly sizeBytes: number }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'done'; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly details: Readonly<Record<string, unknown>> };

/** Bytes that may be on the way between two threads. */
export const windowBytes = 8 << 20;
