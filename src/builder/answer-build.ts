import { BUILD_EVENT_ID, BUILD_PARTS, decodeBuildParts } from '../api/index.ts';
import type { BuildCheckResult, BuildErrorEvent, BuildEvent, BuildPart, ProgressMessage } from '../api/index.ts';
import { EngineError, messageOf } from '../base/index.ts';
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
import type { TarTree } from './source/tar-tree.ts';

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
  if (call.query.bool('slipway-events')) await answerEvents(builder, call, onMessage);
  else await answerClassic(builder, call, onMessage);
}

/** Answers POST /build with the query `check=1`: runs the build checks and builds nothing. */
export async function answerBuildCheck(builder: Builder, call: BuildCall): Promise<BuildCheckResult> {
  await using received = await receive(builder, call, () => {});
  return await builder.check(received.context, received.request, { onEvent: () => {} });
}

async function answerClassic(builder: Builder, call: BuildCall, onMessage: (message: ProgressMessage) => void): Promise<void> {
  const quiet = call.query.bool('q');
  const write = (message: ProgressMessage): void => void (quiet || onMessage(message));
  let solver: Solver | undefined;
  const output = new ClassicOutput(write, ({ root }) => (root && solver ? solver.result(root).chainId : undefined));
  try {
    await using received = await receive(builder, call, () => {});
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
    if (quiet) onMessage({ stream: `${outcome.imageId}\n` });
  } catch (error) {
    throw classicError(error);
  }
}

async function answerEvents(builder: Builder, call: BuildCall, onMessage: (message: ProgressMessage) => void): Promise<void> {
  const onEvent = (event: BuildEvent): void => onMessage({ id: BUILD_EVENT_ID, aux: { ...event } });
  let dockerfile = { name: '', text: '' };
  try {
    await using received = await receive(builder, call, onEvent);
    const { request, context, folder } = received;
    dockerfile = { name: request.dockerfile, text: context.text(request.dockerfile) ?? '' };
    const outcome = await builder.build(context, request, folder, { onEvent });
    onMessage({ aux: { ID: outcome.imageId } });
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
    if (part.kind === 'secret') secrets.set(part.name, await secretBytes(part));
    else {
      const tree = undo.use(await readTree(part.body, folder.path, part.name, progress));
      if (part.kind === 'context') context = tree;
      else contexts.set(part.name, { kind: 'tree', tree });
    }
  }
  if (!context) throw new EngineError('INVALID_ARGUMENT', 'the request has no build context');
  const stack = undo.move();
  return { context, folder, request: { ...asked, auth, secrets, contexts, signal: call.signal }, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function partsOf(call: BuildCall): AsyncIterable<BuildPart> {
  if (oneHeader(call, 'content-type')?.startsWith(BUILD_PARTS)) return decodeBuildParts(call.body);
  return onlyContext(call.body);
}

async function* onlyContext(body: AsyncIterable<Uint8Array>): AsyncGenerator<BuildPart> {
  yield { kind: 'context', name: '', body };
}

async function secretBytes({ name, body }: BuildPart): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > SECRET_LIMIT_BYTES)
      throw new EngineError('INVALID_ARGUMENT', `invalid secret size: secret ${name} is larger than ${SECRET_LIMIT_BYTES} bytes`);
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
