import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlan } from './format-plan.ts';
import { planDown } from './plan-down.ts';
import { planStart, planStop } from './plan-verbs.ts';
import { container, observed, projectOf } from './plan-rig.ts';

const project = projectOf(`
services:
  web: {image: web, depends_on: [api], networks: [front]}
  api: {image: api, depends_on: [db], networks: [front, out]}
  db: {image: db, volumes: ["data:/d", "ext:/e"]}
networks: {front: , out: {external: true}}
volumes: {data: , ext: {external: true}}
`);
const all = [container(project, 'web', 1), container(project, 'api', 1), container(project, 'db', 1, { state: 'exited' })];
const options = { projectName: 'p', project, named: [], volumes: false, removeOrphans: false, images: [] };

test('down: dependents first, external things stay', () => {
  assert.equal(
    formatPlan(planDown(observed(project, all), { ...options, volumes: true, images: ['web'] })),
    [
      '1 stop container p-web-1',
      '2 remove container p-web-1 after 1',
      '3 stop container p-api-1 after 2',
      '4 remove container p-api-1 after 3',
      '5 remove container p-db-1 after 4',
      '6 remove network p_front after 2, 4, 5',
      '7 remove network p_default after 2, 4, 5',
      '8 remove volume p_data after 2, 4, 5',
      '9 remove image web after 2, 4, 5',
      '',
    ].join('\n'),
  );
});

test('down of one service leaves networks and volumes', () => {
  assert.equal(formatPlan(planDown(observed(project, all), { ...options, named: ['db'], volumes: true })), '1 remove container p-db-1\n');
});

test('down without files takes all that has the label', () => {
  const text = formatPlan(planDown(observed(project, all), { ...options, project: undefined }));
  assert.match(text, /5 remove container p-db-1 after 4\n6 remove network p_front/);
});

test('stop and start go opposite ways and leave alone what is so already', () => {
  assert.equal(formatPlan(planStop(all)), '1 stop container p-web-1\n2 stop container p-api-1 after 1\n');
  const stopped = all.map((one) => ({ ...one, state: 'exited' as const }));
  assert.equal(formatPlan(planStart(stopped)), '1 start container p-db-1\n2 start container p-api-1 after 1\n3 start container p-web-1 after 2\n');
});
