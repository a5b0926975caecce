import { fileEntry, tarBytes } from '../../src/tar/index.ts';

/** A tar of small files, by path: `{ 'folder/hello.txt': 'hello\n' }`. */
export async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return await tarBytes(
    Object.entries(files).map(([path, content]) => {
      const body = Buffer.from(content);
      return { entry: fileEntry(path, body.length), body };
    }),
  );
}
