import { BUILD_EVENT_ID, BUILD_PARTS, CONTEXT_NEEDED, decodeBuildParts } from '../api/index.ts';
import type { BuildCheckResult, BuildErrorEvent, BuildEvent, BuildPart, ContextListing, ProgressMessage } from '../api/index.ts';
import { EngineError, isEngineError, messageOf } from '../base/index.ts';
import { DockerfileError, sourceExcerpt } from '../dockerfile/index.ts';
import { BuildError } from './build-error.ts';
import type { BuildFolder, Builder } from './builder.ts';
import { readTree } from './load-source.ts';
import { cacheFrom, parseBuildQuery, parseImageContexts, parseRegistryConfig } from './parse-query.ts';
import type { BuildQuery } from './parse-query.ts';
import { BuildProgress } from './progress/build-progress.ts';
import { ClassicOutput } from './progress/classic-output.ts';
import type { BuildRequest } from './request.ts';
import type { Solver } from './solve.ts';
import { TarTree } from './source/tar-tree.ts';

/** A request of POST /build. */
export interface BuildCall {
  readonly query: BuildQuery;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** A tar, plain or compressed; or parts (`BUILD_PARTS`) with named contexts and secrets. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/**
 * Answers POST /build: messages of Docker's classic stream, or with the query `slipway-events=1` one BuildEvent each. Rejects with
 * the text of Docker's last message; `details.exitCode` is that of a RUN step that failed.
 */
export async function answerBuild(builder: Builder, call: BuildCall, onMessage: (message: ProgressMessage) => void): Promise<void> {
  const held = new HeldMessages(onMessage);
  try {
    if (call.query.bool('slipway-events')) await answerEvents(builder, call, held);
    else await answerClassic(builder, call, held);
  } catch (error) {
    if (!(isEngineError(error) && error.message === CONTEXT_NEEDED)) held.release();
    throw error;
  }
  held.release();
}

/** Answers POST /build with the query `check=1`: runs the build checks and builds nothing. */
export async function answerBuildCheck(builder: Builder, call: BuildCall): Promise<BuildCheckResult> {
  await using received = await receive(builder, call, () => {});
  return await builder.check(received.context, received.request, { onEvent: () => {} });
}

/** Messages of a build whose context is a listing wait until it is clear that the context itself is not needed. */
class HeldMessages {
  readonly #write: (message: ProgressMessage) => void;
  #held: ProgressMessage[] | undefined;

  constructor(write: (message: ProgressMessage) => void) {
    this.#write = write;
  }

  hold(): void {
    this.#held ??= [];
  }

  push(message: ProgressMessage): void {
    if (this.#held) this.#held.push(message);
    else this.#write(message);
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of held) this.#write(message);
  }
}

async function answerClassic(builder: Builder, call: BuildCall, held: HeldMessages): Promise<void> {
  const quiet = call.query.bool('q');
  const write = (message: ProgressMessage): void => void (quiet || held.push(message));
  let solver: Solver | undefined;
  const output = new ClassicOutput(write, ({ root }) => (root && solver ? solver.result(root).chainId : undefined));
  try {
    await using received = await receive(builder, call, () => {});
    if (received.request.listed) held.hold();
    const outcome = await builder.build(received.context, received.request, received.folder, {
      onEvent: (event) => output.event(event),
      onPlan: (plan, running) => {
        solver = running;
        output.plan(plan.steps);
        for (const image of cacheFrom(call.query))
          write({ stream: `[Warning] cache-from ${image} is not used: the cache of this engine is looked up by content\n` });
      },
    });
    output.finish(outcome.imageId, outcome.tags, outcome.unusedArgs);
    if (quiet) held.push({ stream: `${outcome.imageId}\n` });
  } catch (error) {
    throw classicError(error);
  }
}

async function answerEvents(builder: Builder, call: BuildCall, held: HeldMessages): Promise<void> {
  const onEvent = (event: BuildEvent): void => held.push({ id: BUILD_EVENT_ID, aux: { ...event } });
  let dockerfile = { name: '', text: '' };
  try {
    await using received = await receive(builder, call, onEvent);
    const { request, context, folder } = received;
    if (request.listed) held.hold();
    dockerfile = { name: request.dockerfile, text: context.text(request.dockerfile) ?? '' };
    const outcome = await builder.build(context, request, folder, { onEvent });
    held.push({ aux: { ID: outcome.imageId } });
  } catch (error) {
    onEvent(errorEvent(error, dockerfile));
    throw withExitCode(error, messageOf(error));
  }
}

interface Received extends AsyncDisposable {
  readonly context: TarTree;
  readonly request: BuildRequest;
  readonly folder: BuildFolder;
}

const SECRET_LIMIT_BYTES = 500 << 10;
const LISTING_LIMIT_BYTES = 256 << 20;

/** Reads query and body. What came is gone when the answer is disposed. */
async function receive(builder: Builder, call: BuildCall, onEvent: (event: BuildEvent) => void): Promise<Received> {
  const asked = parseBuildQuery(call.query);
  const auth = parseRegistryConfig(oneHeader(call, 'x-registry-config'));
  const contexts = parseImageContexts(call.query);
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(builder.openFolder());
  const progress = new BuildProgress(onEvent, Date.now);
  const secrets = new Map<string, Uint8Array>();
  let context: TarTree | undefined;
  for await (const part of partsOf(call)) {
    if (part.kind === 'secret') secrets.set(part.name, await partBytes(part, SECRET_LIMIT_BYTES));
    else if (part.kind === 'listing') context = TarTree.fromListing(parseListing(await partBytes(part, LISTING_LIMIT_BYTES)));
    else {
      const tree = undo.use(await readTree(part.body, folder.path, part.name, progress));
      if (part.kind === 'context') context = tree;
      else contexts.set(part.name, { kind: 'tree', tree });
    }
  }
  if (!context) throw new EngineError('INVALID_ARGUMENT', 'the request has no build context');
  const stack = undo.move();
  return {
    context,
    folder,
    request: { ...asked, auth, secrets, contexts, listed: context.isListing, signal: call.signal },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function partsOf(call: BuildCall): AsyncIterable<BuildPart> {
  if (oneHeader(call, 'content-type')?.startsWith(BUILD_PARTS)) return decodeBuildParts(call.body);
  return onlyContext(call.body);
}

async function* onlyContext(body: AsyncIterable<Uint8Array>): AsyncGenerator<BuildPart> {
  yield { kind: 'context', name: '', body };
}

function parseListing(bytes: Buffer): ContextListing {
  const { texts, files } = JSON.parse(bytes.toString()) as Partial<ContextListing>;
  const isFile = (file: unknown): boolean =>
    Array.isArray(file) && file.length === 6 && [0, 1, 5].every((at) => typeof file[at] === 'string') && [2, 3, 4].every((at) => typeof file[at] === 'number');
  if (typeof texts !== 'object' || !Array.isArray(files) || !files.every(isFile)) throw new EngineError('INVALID_ARGUMENT', 'malformed context listing');
  return { texts, files };
}

async function partBytes({ kind, name, body }: BuildPart, limitBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new EngineError('INVALID_ARGUMENT', `invalid ${kind} size: ${kind} ${name} is larger than ${limitBytes} bytes`);
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks);
}

function oneHeader({ headers }: BuildCall, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function errorEvent(error: unknown, dockerfile: { name: string; text: string }): BuildErrorEvent {
  const range = error instanceof BuildError || error instanceof DockerfileError ? error.range : undefined;
  return {
    kind: 'error',
    message: messageOf(error),
    ...(range && dockerfile.text !== '' ? { excerpt: sourceExcerpt(dockerfile.name, dockerfile.text, range) } : {}),
  };
}

/** The error in the classic builder's words. */
function classicError(error: unknown): unknown {
  if (error instanceof DockerfileError && error.lexical)
    return new EngineError('INVALID_ARGUMENT', `failed to parse Dockerfile: ${error.message}`, { cause: error });
  if (!(error instanceof BuildError) || !error.failedRun) return error;
  const { args, exitCode } = error.failedRun;
  return withExitCode(error, `The command '${args.join(' ')}' returned a non-zero code: ${exitCode}`);
}

function withExitCode(error: unknown, message: string): unknown {
  if (!(error instanceof BuildError) || !error.failedRun) return error;
  return new EngineError(error.code, message, { cause: error, details: { ...error.details, exitCode: error.failedRun.exitCode } });
}
