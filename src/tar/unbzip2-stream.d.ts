declare module 'unbzip2-stream' {
  /** An old-style stream: compressed bytes in, plain bytes out. */
  export default function unbzip2Stream(): NodeJS.ReadWriteStream;
}
