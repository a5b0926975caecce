import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AuthConfig } from '../../api/index.ts';
import type { ConfigFile } from './config-file.ts';

/** The key under which credentials for Docker Hub are kept. */
export const hubKey = 'https://index.docker.io/v1/';

/** The credentials for a registry ("docker.io", "localhost:5000"), from a credential helper or config.json; `{}` without any. */
export async function readCredentials(config: ConfigFile, registry: string): Promise<AuthConfig> {
  const key = credentialKey(registry);
  const helper = helperOf(config, key);
  return helper ? await askHelper(helper, key) : storedCredentials(config, key);
}

/** Keeps credentials where the configuration says: with a helper, or in config.json. Gives the warning to print, if any. */
export async function storeCredentials(config: ConfigFile, registry: string, auth: AuthConfig): Promise<string | undefined> {
  const key = credentialKey(registry);
  const helper = helperOf(config, key);
  const { identitytoken: token } = auth;
  if (helper) {
    await callHelper(
      helper,
      'store',
      JSON.stringify({ ServerURL: key, Username: token ? '<token>' : (auth.username ?? ''), Secret: token ?? auth.password ?? '' }),
    );
    config.save({ auths: { ...config.values.auths, [key]: {} } });
    return undefined;
  }
  const entry = {
    auth: Buffer.from(`${auth.username ?? ''}:${token ? '' : (auth.password ?? '')}`).toString('base64'),
    ...(token ? { identitytoken: token } : {}),
  };
  config.save({ auths: { ...config.values.auths, [key]: entry } });
  return `${config.directory}/config.json`;
}

/** Forgets the credentials for a registry. False when there were none. */
export async function eraseCredentials(config: ConfigFile, registry: string): Promise<boolean> {
  const keys = [...new Set([credentialKey(registry), registry, `https://${registry}`, `http://${registry}`])];
  const known = keys.filter((key) => config.values.auths?.[key] !== undefined);
  const helper = helperOf(config, credentialKey(registry));
  if (helper) await callHelper(helper, 'erase', credentialKey(registry));
  if (known.length === 0) return helper !== undefined;
  config.save({ auths: Object.fromEntries(Object.entries(config.values.auths ?? {}).filter(([key]) => !known.includes(key))) });
  return true;
}

/** The key that stands for a registry in `auths` and with helpers: its host, or Docker Hub's old address. */
export function credentialKey(registry: string): string {
  const host = registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return ['docker.io', 'index.docker.io', 'registry-1.docker.io', ''].includes(host) ? hubKey : host;
}

function helperOf({ values }: ConfigFile, key: string): string | undefined {
  return values.credHelpers?.[key] ?? (values.credsStore || undefined);
}

function storedCredentials({ values }: ConfigFile, key: string): AuthConfig {
  const entries = Object.entries(values.auths ?? {});
  const entry = values.auths?.[key] ?? entries.find(([name]) => credentialKey(name) === key)?.[1];
  if (!entry) return {};
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  return {
    ...(colon > 0 ? { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replaceAll('\0', '') } : {}),
    ...(entry.identitytoken ? { identitytoken: entry.identitytoken } : {}),
    ...(entry.registrytoken ? { registrytoken: entry.registrytoken } : {}),
    serveraddress: key,
  };
}

async function askHelper(helper: string, key: string): Promise<AuthConfig> {
  const { code, output } = await runHelper(helper, 'get', key);
  if (code !== 0 && /credentials not found/.test(output)) return {};
  if (code !== 0) throw new Error(`error getting credentials - err: exit status ${code}, out: \`${output.trim()}\``);
  const { Username, Secret } = JSON.parse(output) as { Username: string; Secret: string };
  return Username === '<token>' ? { identitytoken: Secret, serveraddress: key } : { username: Username, password: Secret, serveraddress: key };
}

async function callHelper(helper: string, verb: 'store' | 'erase', input: string): Promise<void> {
  const { code, output } = await runHelper(helper, verb, input);
  if (code !== 0 && !/credentials not found/.test(output))
    throw new Error(`error ${verb === 'store' ? 'storing' : 'erasing'} credentials - err: exit status ${code}, out: \`${output.trim()}\``);
}

/** Source: docker/docker-credential-helpers, "Development": the verb is an argument, the input comes on stdin, the answer goes to stdout. */
async function runHelper(helper: string, verb: string, input: string): Promise<{ code: number; output: string }> {
  const program = `docker-credential-${helper}`;
  const child = spawn(program, [verb], { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = once(child, 'error').then(([error]) =>
    Promise.reject(new Error(`error getting credentials - err: exec: ${JSON.stringify(program)}: executable file not found in $PATH`, { cause: error })),
  );
  failed.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await Promise.race([once(child, 'close'), failed])) as [number | null];
  return { code: code ?? 1, output: Buffer.concat(chunks).toString() };
}
