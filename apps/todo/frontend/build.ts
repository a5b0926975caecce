import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { build } from 'esbuild';

const compress = promisify(gzip);
const out = process.env['OUT'] ?? 'dist';
const target = ['es2023', 'chrome120', 'firefox121', 'safari17.2'];

// Scripts and styles carry a hash of their contents in their names, so browsers keep them for ever; the page and the worker do not.
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  entryPoints: { app: 'src/main.tsx', style: 'src/style.css' },
  outdir: join(out, 'assets'),
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  metafile: true,
  format: 'esm',
  target,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
});
const assets = Object.keys(metafile.outputs).map((path) => `/${path.slice(out.length + 1)}`);
const named = (ending: string) => assets.find((path) => path.endsWith(ending)) ?? '';
await cp('public', out, { recursive: true });
const page = await readFile('public/index.html', 'utf8');
await writeFile(join(out, 'index.html'), page.replace('STYLE', named('.css')).replace('SCRIPT', named('.js')));
const files = ['/', '/icon.svg', '/manifest.webmanifest', ...assets];
await build({
  entryPoints: { worker: 'src/worker.ts' },
  outdir: out,
  bundle: true,
  minify: true,
  target,
  define: {
    FILES: JSON.stringify(files),
    VERSION: JSON.stringify(
      createHash('sha256')
        .update(page + files.join())
        .digest('hex')
        .slice(0, 12),
    ),
  },
  logLevel: 'warning',
});
await compressAll();

/** nginx sends the file beside it with .gz at its end to those who take it: compressed once, as well as gzip can. */
async function compressAll(): Promise<void> {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of entries.filter((entry) => entry.isFile())) {
    const path = join(parentPath, name);
    await writeFile(`${path}.gz`, await compress(await readFile(path), { level: constants.Z_BEST_COMPRESSION }));
  }
}
