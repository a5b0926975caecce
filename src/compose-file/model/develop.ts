import { listOf } from '../kinds/list-kind.ts';
import { path } from '../kinds/path-kind.ts';
import { bool, nullable, oneOf, text } from '../kinds/scalar-kinds.ts';
import { struct, valueStruct } from '../kinds/struct-kind.ts';
import { hook } from './hook.ts';
import { textOrTexts } from './names.ts';

/** What happens while a developer works: files that are watched, and what a change does. */
export const develop = nullable(
  struct({
    watch: listOf(
      struct(
        {
          path,
          action: oneOf(['rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec']),
          target: text,
          exec: valueStruct(hook, new Map([['command', null]])),
          include: textOrTexts,
          ignore: textOrTexts,
          initial_sync: bool,
        },
        { required: ['path', 'action'] },
      ),
    ),
  }),
);
