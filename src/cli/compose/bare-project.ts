import type { Project } from '../../compose-file/index.ts';

/** A project of which only the name is known. */
export function bareProject(name: string): Project {
  return {
    name,
    workingDir: '',
    composeFiles: [],
    envFiles: [],
    environment: {},
    services: {},
    disabledServices: {},
    networks: {},
    volumes: {},
    secrets: {},
    configs: {},
    models: {},
    extensions: {},
    profiles: [],
    source: { kind: 'map', entries: new Map(), at: { file: '', line: 1, column: 1 } },
  };
}
