import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { SingleFlight, systemCode } from '../base/index.ts';
import { openScratchContainer, type RuntimeProgram, scratchSpec } from './scratch-container.ts';
import type { SeccompFilter } from './seccomp.ts';
import { seccompPrologue } from './seccomp-prologue.ts';
import type { RuntimeOptions } from './types.ts';
import type { Zygote } from './zygote.ts';

/**
 * Compiled seccomp filters. Compiling takes 13-18 ms per start; crun takes a ready one from the annotation `run.oci.seccomp_bpf_data`.
 * Each distinct profile is compiled once by crun itself, in a container that never runs, and kept on disk by its hash, by crun's version
 * and by the kernel's.
 */
export class SeccompCache {
  readonly #zygote: Zygote;
  readonly #program: RuntimeProgram & { readonly version: string };
  readonly #dir: string;
  readonly #execRoot: string;
  readonly #known = new WeakMap<object, string>();
  readonly #byKey = new Map<string, string>();
  readonly #flights = new SingleFlight<string>();

  constructor(zygote: Zygote, program: RuntimeProgram & { readonly version: string }, options: RuntimeOptions) {
    this.#zygote = zygote;
    this.#program = program;
    this.#execRoot = options.execRoot;
    this.#dir = join(options.dataRoot, 'cache', 'seccomp');
  }

  /** The filter as base64 of `struct sock_filter` instructions. */
  async compiled(filter: SeccompFilter): Promise<string> {
    const known = this.#known.get(filter);
    if (known !== undefined) return known;
    const key = createHash('sha256')
      .update(JSON.stringify([filter, this.#program.version, release(), process.arch]))
      .digest('hex');
    const data = this.#byKey.get(key) ?? (await this.#flights.run(key, () => this.#load(key, filter)));
    this.#byKey.set(key, data);
    this.#known.set(filter, data);
    return data;
  }

  async #load(key: string, filter: SeccompFilter): Promise<string> {
    const file = join(this.#dir, `${key}.bpf`);
    try {
      return readFileSync(file).toString('base64');
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    const program = Buffer.concat([seccompPrologue(filter), await this.#compile(filter)]);
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, program, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
    return program.toString('base64');
  }

  async #compile(filter: SeccompFilter): Promise<Buffer> {
    await using container = openScratchContainer(this.#zygote, this.#program, this.#execRoot);
    await container.create(scratchSpec(filter));
    return readFileSync(join(this.#program.root, container.id, 'seccomp.bpf'));
  }
}
