/** The flags of one call after parsing: typed values with their defaults, and whether the user gave them. */
export class Flags {
  readonly #values = new Map<string, string[]>();
  readonly #defaults: ReadonlyMap<string, string>;

  constructor(defaults: ReadonlyMap<string, string> = new Map()) {
    this.#defaults = defaults;
  }

  /** Records one occurrence of `--name value`. */
  add(name: string, value: string): void {
    const values = this.#values.get(name);
    if (values) values.push(value);
    else this.#values.set(name, [value]);
  }

  /** True when the user gave the flag, whatever its value. */
  changed(name: string): boolean {
    return this.#values.has(name);
  }

  /** The last value given, else the default, else false. */
  bool(name: string): boolean {
    return isTrue(this.string(name));
  }

  /** The last value given, else the default, else ''. */
  string(name: string): string {
    return this.#values.get(name)?.at(-1) ?? this.#defaults.get(name) ?? '';
  }

  /** The last value given as a whole number, else the default, else 0. */
  int(name: string): number {
    const text = this.string(name);
    return text === '' ? 0 : Number(text);
  }

  /** Every value given, in order. */
  list(name: string): string[] {
    return this.#values.get(name) ?? [];
  }
}

function isTrue(text: string): boolean {
  return text === '1' || /^t(rue)?$/i.test(text);
}
