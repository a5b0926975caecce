import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatProject } from './format-project.ts';
import { loadProject } from './load/load-project.ts';
import { memoryFiles } from './load/memory-files.ts';
import { withoutUnused } from './load/select-services.ts';
import { yamlText } from './yaml-text.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

test('config prints what Docker Compose 2.40.3 prints for the same file, and `create_host_path: false`, which that loses', () => {
  const source = memoryFiles({ '/p/compose.yaml': fixture('everything.yaml'), '/p/web.env': 'FROMFILE=1\nFOO=no\n' });
  const project = withoutUnused(loadProject({ workingDir: '/p', env: { HOME: '/root' }, source }));
  assert.equal(formatProject(project, 'yaml'), fixture('everything.docker.yaml'));
});

test('what config prints loads to the same project again, as YAML and as JSON', () => {
  const source = memoryFiles({ '/p/compose.yaml': fixture('everything.yaml'), '/p/web.env': 'FROMFILE=1\nFOO=no\n' });
  const project = withoutUnused(loadProject({ workingDir: '/p', env: { HOME: '/root' }, source }));
  const text = formatProject(project, 'yaml');
  for (const written of [text, formatProject(project, 'json')]) {
    const again = withoutUnused(loadProject({ workingDir: '/p', env: {}, files: ['/p/again.yaml'], source: memoryFiles({ '/p/again.yaml': written }) }));
    assert.equal(formatProject(again, 'yaml'), text);
  }
});

test('yamlText() quotes what a reader could take for something else', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['yes', '"yes"'],
    ['1.5', '"1.5"'],
    ['0x10', '"0x10"'],
    ['22:22', '"22:22"'],
    ['a: b', "'a: b'"],
    ['- a', "'- a'"],
    ['#c', "'#c'"],
    ['a #c', "'a #c'"],
    ['', '""'],
    ['~', '"~"'],
    ['a=b', 'a=b'],
    ["it's", "it's"],
    ['*x', "'*x'"],
    ['2026-01-02', '"2026-01-02"'],
    ['tab\t', '"tab\\t"'],
  ];
  for (const [value, expected] of cases) assert.equal(yamlText(new Map([['k', value]])), `k: ${expected}\n`, value);
  assert.equal(yamlText(new Map([['k', 'a\nb\n']])), 'k: |\n  a\n  b\n');
  assert.equal(
    yamlText(
      new Map<string, unknown>([
        [
          'l',
          [
            new Map([
              ['a', 1],
              ['b', 2],
            ]),
            [],
          ],
        ],
        ['m', new Map()],
      ]),
    ),
    'l:\n  - a: 1\n    b: 2\n  - []\nm: {}\n',
  );
});
