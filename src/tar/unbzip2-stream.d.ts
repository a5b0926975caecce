/** Reads bits of buffers, which `next` gives one after the other; null aligns to a byte. */
interface BitReader {
  (count: number | null): number;
  readonly bytesRead: number;
}

declare module 'unbzip2-stream/lib/bit_iterator.js' {
  export default function bitIterator(next: () => Uint8Array | undefined): BitReader;
}

declare module 'unbzip2-stream/lib/bzip2.js' {
  const bzip2: {
    /** Reads the head of a stream: its level, 1 to 9. */
    header(bits: BitReader): number;
    /** Decodes one block; the checksum so far, or null at the end of the stream. */
    decompress(bits: BitReader, onByte: (byte: number) => void, work: Int32Array, workLength: number, sum: number): number | null;
  };
  export default bzip2;
}
