import { parentPort } from 'node:worker_threads';

import { isEngineError, messageOf } from '../../base/index.ts';
import { DiskTree } from '../source/disk-tree.ts';
import { selectSources } from '../source/select.ts';
import { copyFiles } from './copy-files.ts';
import type { Job } from './types.ts';

/** Does one job at a time; the answer is its result, or code and message of the error: class and code would not survive the way. */
parentPort?.on('message', ({ id, job }: { id: number; job: Job }) => {
  try {
    parentPort?.postMessage({ id, result: run(job) }, []);
  } catch (error) {
    parentPort?.postMessage({ id, error: { code: isEngineError(error) ? error.code : 'INTERNAL', message: messageOf(error) } }, []);
  }
});

function run(job: Job): unknown {
  switch (job.kind) {
    case 'scan':
      return selectSources(new DiskTree(job.root), job.selection);
    case 'copy':
      return copyFiles(job);
    default:
      return job satisfies never;
  }
}
