import { bool, text } from '../kinds/scalar-kinds.ts';
import { struct } from '../kinds/struct-kind.ts';
import { command } from './command.ts';
import { environment } from './names.ts';

/** A command that runs in a service's container at a moment of its life. */
export const hook = struct({ command, user: text, privileged: bool, working_dir: text, environment }, { required: ['command'] });

/** A command that runs in a container of its own before a service starts. */
export const preStartHook = struct({ command, image: text, user: text, privileged: bool, working_dir: text, environment, per_replica: bool });
