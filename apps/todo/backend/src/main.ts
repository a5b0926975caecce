import { readConfig } from './config.ts';

/** Each is loaded when it is asked for: a health check need not load the server. */
const commands: Record<string, () => Promise<{ run: (config: ReturnType<typeof readConfig>, args: string[]) => Promise<number> }>> = {
  serve: () => import('./commands/serve.ts'),
  migrate: () => import('./commands/migrate.ts'),
  seed: () => import('./commands/seed.ts'),
  health: () => import('./commands/health.ts'),
  inspect: () => import('./commands/inspect.ts'),
  spec: () => import('./commands/spec.ts'),
};

const [name = 'serve', ...args] = process.argv.slice(2);
const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (load === undefined) {
  console.error(`Unknown command "${name}"; there are: ${Object.keys(commands).join(', ')}`);
  process.exitCode = 2;
} else {
  const { run } = await load();
  process.exitCode = await run(readConfig(process.env), args);
}
