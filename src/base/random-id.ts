/** A new container, network or exec id: 64 lower-case hex digits. Never all digits in the first 12, so that a short id is no number. */
export function randomId(): string {
  for (;;) {
    const id = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
    if (!/^\d{12}/.test(id)) return id;
  }
}

/** The 12 digits that people see: "4f5c1d2e3a4b" of an id or of "sha256:<hex>". */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
