import { isEngineError } from '../../base/index.ts';
import { failureText } from '../connect/report-error.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { compileTemplate, type GoValueOptions, goValues, type Template, TemplateError } from '../template/index.ts';
import { indentJson } from './indent-json.ts';

/** Gives an object as the engine's JSON text. Rejects when there is none of the name. */
export type Fetch = (name: string) => Promise<string>;

/** Prints objects as Docker's inspect does: indented JSON, one line of JSON, or a template for each. Failures come last; then the exit code is 1. */
export async function inspectObjects(call: Invocation, names: readonly string[], fetch: Fetch, values: GoValueOptions = {}): Promise<number> {
  const { stdout, stderr } = call;
  const format = call.flags.string('format');
  const template = format && format !== 'json' ? compile(format) : undefined;
  const found: string[] = [];
  const failures: string[] = [];
  for (const name of names) {
    try {
      found.push(await fetch(name));
    } catch (error) {
      failures.push(failureText(error));
      if (!isEngineError(error, 'NOT_FOUND') && !(error instanceof ExitError)) break;
    }
  }
  stdout.write(
    template
      ? templateText(call, template, found, values)
      : format === 'json'
        ? `[${found.map((one) => one.trim()).join(',')}]\n`
        : `${indentJson(`[${found.join(',')}]`, '    ')}\n`,
  );
  if (failures.length > 0) stderr.write(`${failures.join('\n')}\n`);
  return failures.length > 0 ? 1 : 0;
}

/** A template that fails leaves an empty line, as Docker does. */
function templateText({ stdout }: Invocation, template: Template, objects: readonly string[], values: GoValueOptions): string {
  try {
    return applyTemplate(template, objects, values);
  } catch (error) {
    stdout.write('\n');
    throw error;
  }
}

function applyTemplate(template: Template, objects: readonly string[], values: GoValueOptions): string {
  if (objects.length === 0) return '\n';
  return objects.map((text) => `${executeInspect(template, text, values)}\n`).join('');
}

/** A field that is not there is an error here, as in Docker; inside maps it is not. */
function executeInspect(template: Template, text: string, values: GoValueOptions): string {
  try {
    return template.execute(goValues(JSON.parse(text), values), { strictKeys: true });
  } catch (error) {
    if (error instanceof TemplateError) throw new ExitError(1, `template parsing error: ${error.message}`);
    throw error;
  }
}

function compile(format: string): Template {
  try {
    return compileTemplate(format);
  } catch (error) {
    if (error instanceof TemplateError) throw new ExitError(64, `template parsing error: ${error.message}`);
    throw error;
  }
}
