import type { Writable } from 'node:stream';

/**
 * Writes pieces one after the other, each only when the one before has reached the kernel: one piece is in memory however slow the reader
 * is, and a source may use its buffer again for the next. Rejects when the reader has gone.
 */
export async function pacedWrite(source: AsyncIterable<Uint8Array | string>, target: Writable): Promise<void> {
  for await (const piece of source) await written(target, piece);
}

function written(target: Writable, piece: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the reader has gone'));
    if (target.destroyed) return gone();
    target.once('close', gone);
    target.write(piece, (error) => {
      target.off('close', gone);
      if (error) reject(error);
      else resolve();
    });
  });
}
