export { TemplateError } from './lex.ts';
export { goJson } from './functions.ts';
export { goValues } from './go-values.ts';
export type { GoValueOptions } from './go-values.ts';
export { compileTemplate } from './template.ts';
export type { Template } from './template.ts';
export { printValue, View } from './values.ts';
