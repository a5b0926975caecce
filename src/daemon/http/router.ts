import { EngineError } from '../../base/index.ts';
import type { Handler } from './call.ts';

/** One endpoint: "GET", "/containers/{id}/json". `{name*}` also takes slashes, as image names need it. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly handler: Handler;
  /** True when the handler takes the connection: only then may the request upgrade it. */
  readonly hijacks?: boolean;
}

/** A route and what its pattern's names stand for. */
export interface Match {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/** Makes a route. */
export function route(method: string, pattern: string, handler: Handler, options: { hijacks?: boolean } = {}): Route {
  return { method, pattern, handler, ...options };
}

/** Finds routes: literal paths before patterns, earlier before later. */
export class Router {
  readonly #literal = new Map<string, Route>();
  readonly #patterns: { readonly route: Route; readonly expression: RegExp }[] = [];

  constructor(routes: readonly Route[]) {
    for (const entry of routes) {
      if (entry.pattern.includes('{')) this.#patterns.push({ route: entry, expression: compile(entry.pattern) });
      else this.#literal.set(`${entry.method} ${entry.pattern}`, entry);
    }
  }

  /** Undefined when no endpoint has that method and path. HEAD finds GET's route where it has none of its own. */
  find(method: string, path: string): Match | undefined {
    return this.#find(method, path) ?? (method === 'HEAD' ? this.#find('GET', path) : undefined);
  }

  #find(method: string, path: string): Match | undefined {
    const literal = this.#literal.get(`${method} ${path}`);
    if (literal) return { route: literal, params: {} };
    for (const { route: entry, expression } of this.#patterns) {
      const found = entry.method === method ? expression.exec(path) : null;
      if (found) return { route: entry, params: decodeAll(found.groups ?? {}) };
    }
    return undefined;
  }
}

function compile(pattern: string): RegExp {
  const expression = pattern.replaceAll(/\{(\w+)(\*?)\}/g, (_, name: string, rest: string) => (rest ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`));
  return new RegExp(`^${expression}$`);
}

function decodeAll(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]));
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', `invalid URL escape in ${JSON.stringify(value)}`, { cause });
  }
}
