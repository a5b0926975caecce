import { executeTemplate } from './execute.ts';
import { functions, headerFunctions } from './functions.ts';
import { parseTemplate } from './parse.ts';
import { View } from './values.ts';

/** The header's words; a label's column is named by the last part of the label: "com.example.built-by" is "built by". */
class HeaderView extends View {
  constructor(words: Readonly<Record<string, string>>) {
    super('formatter.SubHeaderContext', Object.fromEntries(Object.entries(words).map(([name, word]) => [name, () => word])), {
      Label: (name: string) => (name.split('.').at(-1) ?? '').replaceAll(/[-_]/g, ' '),
    });
  }

  override has(): boolean {
    return true;
  }
}

const names: ReadonlySet<string> = new Set(Object.keys(functions));

/** A Go template that has been read and can be carried out many times. */
export interface Template {
  /** Its text for `data`. Throws TemplateError. `strictKeys` makes missing keys an error. */
  execute(data: unknown, options?: { readonly strictKeys?: boolean }): string;
  /** Its text for a table's header: functions leave words as they are. */
  header(words: Readonly<Record<string, string>>): string;
}

/** Reads a Go template with Docker's functions. Throws TemplateError in Go's words. */
export function compileTemplate(source: string): Template {
  const nodes = parseTemplate(source, names);
  return {
    execute: (data, options = {}) => executeTemplate(source, nodes, data, { functions, ...options }),
    header: (words) => executeTemplate(source, nodes, new HeaderView(words), { functions: headerFunctions }),
  };
}
