import { ContextStore } from '../../config/context-store.ts';
import { currentContext } from '../../connect/endpoint.ts';
import { inspectObjects } from '../../format/inspect.ts';
import type { Invocation } from '../../invocation.ts';
import { contextByName } from './context-entry.ts';

/** `context inspect`: the context in use when none is named. */
export async function run(call: Invocation): Promise<number> {
  const { args, globals, config, env } = call;
  const store = new ContextStore(config().directory);
  const names = args.length > 0 ? args : [currentContext(globals, config, env)];
  return await inspectObjects(call, names, (name) => {
    const { Name, Metadata, Endpoints } = contextByName(call, name);
    const inMemory = name === 'default';
    const files = inMemory ? [] : Object.keys(store.tlsFiles(name));
    const Storage = { MetadataPath: inMemory ? '<IN MEMORY>' : store.metaPath(name), TLSPath: inMemory ? '<IN MEMORY>' : store.tlsPath(name) };
    const text = JSON.stringify({ Name, Metadata, Endpoints, TLSMaterial: files.length > 0 ? { docker: files } : {}, Storage });
    return Promise.resolve(text.replaceAll(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`));
  });
}
