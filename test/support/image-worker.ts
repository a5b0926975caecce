import { createReadStream } from 'node:fs';
import { join } from 'node:path';

import { openContent } from '../../src/content/index.ts';
import { openImages } from '../../src/image/index.ts';
import { openSnapshots } from '../../src/snapshot/index.ts';
import { openState } from '../../src/state/index.ts';

/* A process that loads and removes images for ever, to be killed in the middle: node image-worker.ts ROOT ARCHIVE... */

const [root = '', ...archives] = process.argv.slice(2);
const snapshots = openSnapshots(join(root, 'snapshots'));
const images = openImages({ state: openState(join(root, 'state.db')), content: openContent(join(root, 'content')), snapshots });
process.stdout.write('ready\n');
for (;;) {
  const loaded = await Promise.all(archives.map((archive) => images.load(createReadStream(archive))));
  process.stdout.write('.');
  for (const [image] of loaded) if (image) images.remove(image.id, { force: true });
}
