import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Everything the application reads from its surroundings, read once. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Without it the application keeps its data in an embedded PostgreSQL under `dataDirectory`. */
  readonly databaseUrl: string | undefined;
  /** Of the embedded database; "memory://" keeps nothing. */
  readonly dataDirectory: string;
  /** `off`: one person, no sign-in. `on`: everybody has an account of their own. */
  readonly accounts: 'on' | 'off';
  /** Origins such as "https://app.example" whose pages may call the API, besides the application's own. */
  readonly corsOrigins: readonly string[];
  /** Host names under which the application is reached, besides addresses and names without a dot. */
  readonly allowedHosts: readonly string[];
  readonly logLevel: string;
  /** Shown in the X-Served-By header, so that one sees which replica answered. */
  readonly instance: string;
  readonly drainMs: number;
}

/** @throws Error naming the variable whose value makes no sense. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    host: env['HOST'] ?? '0.0.0.0',
    port: port(env['PORT'] ?? '3000'),
    databaseUrl: databaseUrl(env),
    dataDirectory: env['DATA_DIRECTORY'] ?? '.data',
    accounts: oneOf('TODO_ACCOUNTS', env['TODO_ACCOUNTS'] || 'off', ['on', 'off']),
    corsOrigins: words(env['CORS_ORIGINS']),
    allowedHosts: words(env['ALLOWED_HOSTS']),
    logLevel: oneOf('LOG_LEVEL', env['LOG_LEVEL'] || 'info', ['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    instance: env['INSTANCE'] ?? hostname(),
    drainMs: 8000,
  };
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535) throw new Error(`PORT is no port number: "${text}"`);
  return value;
}

/** The password comes from a file, so that it appears neither in `inspect` nor in the environment of other processes. */
function databaseUrl(env: NodeJS.ProcessEnv): string | undefined {
  const text = env['DATABASE_URL'];
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url === null) throw new Error('DATABASE_URL is no URL');
  const file = env['DATABASE_PASSWORD_FILE'];
  if (file) url.password = encodeURIComponent(readFileSync(file, 'utf8').trimEnd());
  return url.href;
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw new Error(`${name} is "${value}", but may be ${choices.join(' or ')}`);
  return choice;
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((word) => word !== '');
}
