import type { Config } from '../config.ts';

/** For a container's health check, in place of curl: exits with 0 when the server on this machine answers /ready (or the path given). */
export async function run(config: Config, [path = '/ready']: string[]): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${config.port}${path}`, { signal: AbortSignal.timeout(3000) });
    console.log(await response.text());
    return response.ok ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}
