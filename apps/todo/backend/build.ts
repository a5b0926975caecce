import { cp, rm } from 'node:fs/promises';
import { build } from 'esbuild';

// Bundles the program into dist/, one file per command and what they share, so that the image needs no node_modules. The embedded
// database comes as WebAssembly files that it finds beside itself, so it stays a package, without what only other builds of it need.
await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { todo: 'src/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  external: ['@electric-sql/pglite', 'pg-native', 'pg-cloudflare'],
  // Fastify and pg are CommonJS and call require() for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
await cp('node_modules/@electric-sql/pglite', 'dist/node_modules/@electric-sql/pglite', {
  recursive: true,
  filter: (path) => !/\.(map|cjs|cts|d\.ts|tar\.gz|md)$/.test(path) && !/\/(contrib|src)$/.test(path),
});
