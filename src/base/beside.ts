/** True in the bundled engine (`dist/engine.js`), false where the `.ts` files run as written. */
export const bundled = import.meta.url.endsWith('.js');

/**
 * The entry file of a worker thread: "unpack.worker.ts" beside the caller's source, `dist/unpack.worker.js` in the bundle.
 * `tools/bundle` makes one bundle of every `*.worker.ts` of src, so their names are unique.
 *
 * @param callerUrl the caller's `import.meta.url`
 * @param name without extension: "unpack.worker"
 */
export function workerFile(callerUrl: string, name: string): URL {
  return new URL(bundled ? `./${name}.js` : `./${name}.ts`, callerUrl);
}

/** A native part: "addon.node" or "slipway-shim", from `native/out/` in a checkout, beside the bundle in a shipped one. */
export function nativeFile(name: string): string {
  return decodeURIComponent(new URL(bundled ? `./${name}` : `../../native/out/${name}`, import.meta.url).pathname);
}
