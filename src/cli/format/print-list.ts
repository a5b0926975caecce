import { compileTemplate, type Template, TemplateError, type View } from '../template/index.ts';
import { ExitError } from '../parse/usage-error.ts';
import { alignTabs } from './tab-writer.ts';

/** How a list is printed. */
export interface ListFormat {
  /** What the user asked for: '' or "table", "table TEMPLATE", "json", "raw", or a template. */
  readonly format: string;
  /** The template behind a bare "table". */
  readonly table: string;
  /** The template behind "raw", where Docker has one; see raw-format.ts. */
  readonly raw?: string;
  /** Header words by field name: {ID: 'CONTAINER ID'}. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The text of a list of rows in Docker's ways: aligned table, JSON lines, or the user's template. */
export function formatList(rows: readonly View[], { format, table, raw = 'raw', headers }: ListFormat): string {
  const { source, isTable } = templateOf(format === 'raw' ? raw : format, table);
  const template = compileFormat(source);
  const lines = rows.map((row) => executeFormat(template, row));
  if (!isTable) return lines.map((line) => `${line}\n`).join('');
  return alignTabs([template.header(headers), ...lines].map((line) => `${line}\n`).join(''));
}

/** Reads a user's template; failures end the command as in Docker. */
export function compileFormat(source: string): Template {
  try {
    return compileTemplate(source);
  } catch (error) {
    if (error instanceof TemplateError) throw new ExitError(1, `failed to parse template: ${error.message}`);
    throw error;
  }
}

/** Carries a user's template out for one row; failures end the command as in Docker. */
export function executeFormat(template: Template, row: unknown): string {
  try {
    return template.execute(row);
  } catch (error) {
    if (error instanceof TemplateError) throw new ExitError(1, `failed to execute template: ${error.message}`);
    throw error;
  }
}

function templateOf(format: string, table: string): { source: string; isTable: boolean } {
  if (format === '' || format === 'table') return { source: table, isTable: true };
  if (format === 'json') return { source: '{{json .}}', isTable: false };
  if (format.startsWith('table')) return { source: unescape(format.slice('table'.length)).trim(), isTable: true };
  return { source: unescape(format), isTable: false };
}

/** A shell passes "\t" and "\n" on as two characters each. */
function unescape(format: string): string {
  return format.replaceAll(String.raw`\t`, '\t').replaceAll(String.raw`\n`, '\n');
}
