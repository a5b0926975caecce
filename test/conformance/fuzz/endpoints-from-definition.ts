// Makes endpoints.json of an Engine API definition (moby's api/swagger.yaml): `node endpoints-from-definition.ts FILE`.
// Of every operation it keeps what a fuzzer needs: method, path, parameters with their types, and the shape of the body.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import type { BodyShape, Endpoint } from './endpoint.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly allOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly type?: string;
  readonly schema?: Schema;
}

interface Definition {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly Parameter[]; readonly consumes?: readonly string[] }>>>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

const definition = parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Definition;

function shapeOf(schema: Schema, depth = 0): BodyShape {
  if (depth > 5) return 'any';
  if (schema.$ref) return shapeOf(definition.definitions[schema.$ref.replace('#/definitions/', '')] ?? {}, depth);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => shapeOf(part, depth))) as BodyShape;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, shapeOf(property, depth + 1)]));
  if (type === 'array') return [shapeOf(schema.items ?? {}, depth + 1)];
  if (type === 'object') return schema.additionalProperties ? { '*': shapeOf(schema.additionalProperties, depth + 1) } : {};
  return type === 'integer' || type === 'number' || type === 'boolean' || type === 'string' ? type : 'any';
}

const endpoints: Endpoint[] = [];
for (const [path, methods] of Object.entries(definition.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const parameters = operation.parameters ?? [];
    const body = parameters.find((parameter) => parameter.in === 'body');
    endpoints.push({
      method: method.toUpperCase(),
      path,
      query: Object.fromEntries(parameters.filter((parameter) => parameter.in === 'query').map(({ name, type }) => [name, type ?? 'string'])),
      headers: parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name),
      ...(body && { body: operation.consumes && !operation.consumes.some((type) => type.includes('json')) ? 'bytes' : shapeOf(body.schema ?? {}) }),
    });
  }
}
writeFileSync(join(import.meta.dirname, 'endpoints.json'), `${JSON.stringify(endpoints)}\n`);
console.log(`${endpoints.length} endpoints`);
