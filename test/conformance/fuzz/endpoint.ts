/** What a body looks like: a type's name, a list of one shape, or an object by property ("*" for any name); "bytes" is a stream. */
export type BodyShape = 'string' | 'integer' | 'number' | 'boolean' | 'any' | 'bytes' | readonly [BodyShape] | { readonly [name: string]: BodyShape };

/** One operation of the Engine API. */
export interface Endpoint {
  readonly method: string;
  /** "/containers/{id}/start" */
  readonly path: string;
  /** Query parameters and their types. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: readonly string[];
  readonly body?: BodyShape;
}
