import type { BuildEvent, ProgressMessage } from '../../api/index.ts';
import { randomId, shortId } from '../../base/index.ts';
import type { Digest } from '../../oci/index.ts';
import type { PlannedStep } from '../frontend/stage-state.ts';

interface VertexOutput {
  state: 'running' | 'cached' | 'done';
  readonly logs: string[];
}

/**
 * Docker's classic build output: "Step 1/5 : FROM …", " ---> id". Steps run side by side; they are told in the order of the file,
 * so what a later one writes waits for those before it.
 */
export class ClassicOutput {
  readonly #write: (message: ProgressMessage) => void;
  /** Chain id after a step, for its " ---> " line; undefined for the empty root. */
  readonly #idAfter: (step: PlannedStep) => Digest | undefined;
  readonly #vertices = new Map<string, VertexOutput>();
  #steps: readonly PlannedStep[] = [];
  #at = 0;
  #announced = false;
  #running: string | undefined;

  constructor(write: (message: ProgressMessage) => void, idAfter: (step: PlannedStep) => Digest | undefined) {
    this.#write = write;
    this.#idAfter = idAfter;
  }

  /** Tells which steps there are; nothing is written before. */
  plan(steps: readonly PlannedStep[]): void {
    this.#steps = steps;
    this.#advance();
  }

  event(event: BuildEvent): void {
    if (event.kind === 'vertex') this.#vertex(event.id, event.state);
    else if (event.kind === 'log') this.#log(event.vertex, event.text);
  }

  /** The last line of a build that went well. */
  finish(imageId: string, tags: readonly string[], unusedArgs: readonly string[]): void {
    this.#text(` ---> ${shortId(imageId)}\n`);
    if (unusedArgs.length > 0) this.#text(`[Warning] One or more build-args [${unusedArgs.join(' ')}] were not consumed\n`);
    this.#write({ aux: { ID: imageId } });
    this.#text(`Successfully built ${shortId(imageId)}\n`);
    for (const tag of tags) this.#text(`Successfully tagged ${tag}\n`);
  }

  #vertex(id: string, state: string): void {
    const known = this.#vertices.get(id);
    if (state === 'running') {
      if (!known) this.#vertices.set(id, { state: 'running', logs: [] });
    } else if (known && (state === 'cached' || state === 'done')) known.state = state;
    this.#advance();
  }

  #log(id: string, text: string): void {
    const step = this.#announced ? this.#steps[this.#at] : undefined;
    if (step?.vertex?.id !== id) {
      this.#vertices.get(id)?.logs.push(text);
      return;
    }
    this.#tellRunning();
    this.#text(text);
  }

  #advance(): void {
    for (let step = this.#steps[this.#at]; step; step = this.#steps[this.#at]) {
      if (!this.#announced) this.#announce(step);
      if (!this.#told(step)) return;
      const isLast = this.#at === this.#steps.length - 1;
      if (!isLast && step.stage >= 0) this.#text(` ---> ${idText(this.#idAfter(step))}\n`);
      this.#at++;
      this.#announced = false;
    }
  }

  #announce(step: PlannedStep): void {
    this.#announced = true;
    this.#text(`Step ${this.#at + 1}/${this.#steps.length} : ${step.text}`);
    this.#text('\n');
  }

  /** Writes what there is of a step; true when it is over. */
  #told(step: PlannedStep): boolean {
    const output = step.vertex && this.#vertices.get(step.vertex.id);
    if (!step.vertex) return true;
    if (!output) return false;
    const isRun = step.vertex.op.kind === 'run';
    if (isRun && (output.logs.length > 0 || output.state === 'done')) this.#tellRunning();
    for (const text of output.logs.splice(0)) this.#text(text);
    if (output.state === 'running') return false;
    if (output.state === 'cached' && step.vertex.op.kind !== 'image') this.#text(' ---> Using cache\n');
    if (this.#running !== undefined) this.#text(` ---> Removed intermediate container ${this.#running}\n`);
    this.#running = undefined;
    return true;
  }

  /** Docker names a container here; there is none to look at once the step is over. */
  #tellRunning(): void {
    if (this.#running !== undefined) return;
    this.#running = shortId(randomId());
    this.#text(` ---> Running in ${this.#running}\n`);
  }

  #text(stream: string): void {
    this.#write({ stream });
  }
}

function idText(id: Digest | undefined): string {
  return id === undefined ? '' : shortId(id);
}
