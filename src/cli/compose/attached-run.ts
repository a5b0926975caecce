import { once } from 'node:events';
import type { EventMessage } from '../../api/index.ts';
import { isEngineError } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import type { Project } from '../../compose-file/index.ts';
import { containerLines, label, observeContainers, type Plan } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { type BringUpOptions } from './bring-up.ts';
import { printLogs } from './followed-logs.ts';
import { LogPrinter } from './log-printer.ts';
import { shortName } from './logs.ts';
import { openMenu } from './menu.ts';
import { openProgress, type ProgressView } from './progress-view.ts';
import { progressMode } from './session.ts';
import { stopProject } from './stop-project.ts';

/** Brings the project up with what it is given on top of the flags. */
type BringUp = (view: ProgressView, more: Pick<BringUpOptions, 'signal' | 'beforeStart'>) => Promise<Plan>;

/** `up` without -d: shows what the containers write until they have all ended, or Ctrl+C stops them. */
export class AttachedRun {
  readonly #call: Invocation;
  readonly #client: Client;
  readonly #project: Project;
  readonly #printer: LogPrinter;
  readonly #reading = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #ended = Promise.withResolvers<number>();
  #beginning: Promise<void> = Promise.resolve();
  #up = false;
  #interrupts = 0;
  #stopping = false;
  #view: ProgressView | undefined;

  constructor(call: Invocation, client: Client, project: Project) {
    const { stdout, stderr, flags, env } = call;
    this.#call = call;
    this.#client = client;
    this.#project = project;
    const color = stdout.isTTY && !flags.bool('no-color') && !env['NO_COLOR'] && flags.string('ansi') !== 'never';
    this.#printer = new LogPrinter({ stdout, stderr, color, prefix: !flags.bool('no-log-prefix') });
  }

  /** Gives the exit code. */
  async run(bringUp: BringUp): Promise<number> {
    const interrupt = (): void => this.#interrupt();
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    const watching = new AbortController();
    const events = await this.#client.system.eventsReady({
      filters: { type: ['container'], label: [`${label.project}=${this.#project.name}`] },
      signal: watching.signal,
    });
    const following = this.#follow(events).catch((error: unknown) => (watching.signal.aborted ? undefined : this.#ended.reject(error)));
    using menu = this.#openMenu();
    void menu;
    try {
      await this.#begin(bringUp);
      const code = await this.#ended.promise;
      await Promise.allSettled(this.#reading.values());
      return code;
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      watching.abort();
      await following;
    }
  }

  #begin(bringUp: BringUp): Promise<void> {
    this.#beginning = this.#bringUp(bringUp);
    return this.#beginning;
  }

  async #bringUp(bringUp: BringUp): Promise<void> {
    const view = openProgress(this.#call.stderr, progressMode(this.#call), 'Running');
    this.#view = view;
    try {
      const plan = await bringUp(view, { signal: this.#stop.signal, beforeStart: (container) => this.#attach(container) });
      for (const container of plan.unchanged) await this.#attach(container);
      this.#up = true;
      this.#closeView();
      await this.#endWhenIdle();
    } catch (error) {
      this.#closeView();
      if (!this.#stopping) throw error;
    }
  }

  /** The picture of the progress ends where the output of containers begins. */
  #closeView(): void {
    this.#view?.[Symbol.dispose]();
    if (this.#view) Object.assign(this.#view, { event: () => undefined });
    this.#view = undefined;
  }

  #shows(service: string): boolean {
    const { flags, args } = this.#call;
    const wanted = flags.list('attach');
    if (flags.list('no-attach').includes(service)) return false;
    if (wanted.length) return wanted.includes(service) || (flags.bool('attach-dependencies') && !args.includes(service));
    if (args.length && !args.includes(service)) return flags.bool('attach-dependencies');
    return this.#project.services[service]?.attach !== false;
  }

  /** Joins a container's output before it starts, so that no line is missed. */
  async #attach({ id, name, service }: { readonly id: string; readonly name: string; readonly service: string }): Promise<void> {
    if (!this.#shows(service) || this.#reading.has(id)) return;
    const short = shortName({ name }, this.#project.name);
    this.#announce(short);
    if (this.#call.flags.bool('timestamps')) {
      this.#read(id, printLogs(this.#client, id, short, this.#printer, { follow: true, tail: '0', timestamps: true }, this.#call.stdout));
      return;
    }
    const [{ Config }, { stream }] = await Promise.all([
      this.#client.containers.inspect(id),
      this.#client.containers.attach(id, { stdout: true, stderr: true }),
    ]);
    this.#read(id, this.#print(stream, short, Config.Tty));
  }

  #announce(short: string): void {
    this.#printer.register(short);
    if (this.#view) {
      const names = Object.values(this.#project.services)
        .filter(({ name }) => this.#shows(name))
        .flatMap((service) =>
          Array.from({ length: service.scale ?? service.deploy?.replicas ?? 1 }, (_, index) => service.container_name ?? `${service.name}-${index + 1}`),
        );
      for (const name of names) this.#printer.register(name);
      this.#closeView();
      this.#call.stdout.write(`Attaching to ${names.toSorted().join(', ')}\n`);
    }
  }

  #read(id: string, job: Promise<void>): void {
    this.#reading.set(
      id,
      job.catch(() => undefined).finally(() => this.#reading.delete(id)),
    );
  }

  async #print(source: AsyncIterable<Uint8Array>, name: string, tty: boolean): Promise<void> {
    for await (const line of containerLines(source, tty)) if (!this.#printer.line({ name, ...line })) await once(this.#call.stdout, 'drain');
  }

  async #follow(events: AsyncIterable<EventMessage>): Promise<void> {
    for await (const event of events) {
      const { Actor, Action } = event;
      const service = Actor.Attributes[label.service] ?? '';
      if (Actor.Attributes[label.oneOff] === 'True' || !(service in this.#project.services)) continue;
      if (Action === 'start') this.#reattach(event, service);
      else if (Action === 'die') void this.#died(event, service);
    }
  }

  /** A container that starts again, or that somebody else started: its log from that moment on. */
  #reattach({ Actor, timeNano }: EventMessage, service: string): void {
    if (!this.#up || !this.#shows(service) || this.#reading.has(Actor.ID)) return;
    const short = shortName({ name: Actor.Attributes['name'] ?? '' }, this.#project.name);
    this.#read(
      Actor.ID,
      printLogs(
        this.#client,
        Actor.ID,
        short,
        this.#printer,
        { follow: true, runOf: timeNano, timestamps: this.#call.flags.bool('timestamps') },
        this.#call.stdout,
      ),
    );
  }

  async #died({ Actor }: EventMessage, service: string): Promise<void> {
    await this.#reading.get(Actor.ID);
    const code = Number(Actor.Attributes['exitCode'] ?? 0);
    const short = shortName({ name: Actor.Attributes['name'] ?? '' }, this.#project.name);
    const again = !this.#stopping && (await this.#restarts(Actor.ID));
    if (this.#shows(service)) this.#printer.status(short, `exited with code ${code}${again ? ' (restarting)' : ''}`);
    if (!again && !this.#stopping) this.#cascade(service, code);
    if (this.#up) await this.#endWhenIdle();
  }

  async #restarts(id: string): Promise<boolean> {
    try {
      const { State } = await this.#client.containers.inspect(id);
      return State.Status === 'restarting' || State.Status === 'running';
    } catch (error) {
      if (isEngineError(error, 'NOT_FOUND')) return false;
      throw error;
    }
  }

  /** What the end of one container means for the others. */
  #cascade(service: string, code: number): void {
    const { flags, stdout } = this.#call;
    const from = flags.string('exit-code-from');
    const onExit = flags.bool('abort-on-container-exit') || from !== '';
    if (!onExit && !(flags.bool('abort-on-container-failure') && code !== 0)) return;
    stdout.write(`Aborting on container exit...\n`);
    this.#stopAll(from === '' || from === service ? Promise.resolve(code) : this.#codeOf(from));
  }

  async #codeOf(service: string): Promise<number> {
    const container = (await observeContainers(this.#client, this.#project.name)).find((one) => one.service === service && !one.oneOff);
    if (!container) return 1;
    const { exit } = await this.#client.containers.wait(container.id);
    return (await exit).StatusCode;
  }

  #stopAll(code: Promise<number>): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#stop.abort(new Error('stopped'));
    this.#stopProject(code).catch((error: unknown) => this.#ended.reject(error));
  }

  /** What is being started when the end comes has to be there before it can be stopped. */
  async #stopProject(code: Promise<number>): Promise<void> {
    await this.#beginning.catch(() => undefined);
    await stopProject(this.#call, this.#client, this.#project);
    this.#ended.resolve(await code);
  }

  #interrupt(): void {
    const { stdout } = this.#call;
    this.#interrupts++;
    if (this.#interrupts === 1) {
      stdout.write('Gracefully Stopping... press Ctrl+C again to force\n');
      this.#stopAll(Promise.resolve(130));
    } else if (this.#interrupts === 2) void this.#killAll();
    else process.exit(130);
  }

  async #killAll(): Promise<void> {
    const running = (await observeContainers(this.#client, this.#project.name)).filter(({ state }) => state === 'running');
    await Promise.allSettled(running.map(({ id }) => this.#client.containers.kill(id, 'SIGKILL')));
  }

  async #endWhenIdle(): Promise<void> {
    if (this.#stopping) return;
    const containers = await observeContainers(this.#client, this.#project.name);
    const busy = containers.some(
      ({ service, oneOff, state }) => !oneOff && service in this.#project.services && (state === 'running' || state === 'restarting' || state === 'paused'),
    );
    if (!busy) this.#ended.resolve(0);
  }

  #openMenu(): Disposable {
    const { flags, env, stdin, stdout } = this.#call;
    const wanted = flags.changed('menu') ? flags.bool('menu') : env['COMPOSE_MENU'] !== 'false' && env['COMPOSE_MENU'] !== '0';
    return openMenu(this.#call, this.#client, this.#project, {
      keys: wanted && stdin.isTTY && stdout.isTTY,
      watch: flags.bool('watch'),
      print: (text) => this.#printer.line({ name: '⦿ watch', stream: 'stdout', text }),
      interrupt: () => this.#interrupt(),
      detach: () => this.#ended.resolve(0),
      ready: () => this.#up,
    });
  }
}
