import { group } from '../table/define.ts';

/** `compose`. */
export const composeGroup = group({ name: 'compose', summary: 'Run applications of several containers', commands: [] });
