import assert from 'node:assert/strict';
import { test } from 'node:test';
import { View } from '../template/index.ts';
import { byName } from './natural-order.ts';
import { indentJson } from './indent-json.ts';
import { compileFormat, executeFormat, formatList } from './print-list.ts';
import { rawContainer, rawEverything, rawImage } from './raw-format.ts';
import { alignTabs } from './tab-writer.ts';
import { bytesSize, ellipsis, goTime, humanDuration, humanSize, shortSize } from './units.ts';

test('humanSize(), shortSize() and bytesSize() round as Docker does', () => {
  assert.deepEqual([0, 999, 1000, 1_234_567, 2_024_839, 123_456_789, 999_999].map(humanSize1), [
    '0B',
    '999B',
    '1kB',
    '1.235MB',
    '2.025MB',
    '123.5MB',
    '1000kB',
  ]);
  assert.deepEqual([0, 2_024_839, 99_510_000, 417_700_000].map(shortSize), ['0B', '2.02MB', '99.5MB', '418MB']);
  assert.deepEqual([552 * 1024, 1536, 25_275_789_312].map(bytesSize), ['552KiB', '1.5KiB', '23.54GiB']);
});

function humanSize1(bytes: number): string {
  return humanSize(bytes);
}

test('humanDuration() speaks as Docker does', () => {
  const wanted: readonly (readonly [number, string])[] = [
    [0.4, 'Less than a second'], [1, '1 second'], [59, '59 seconds'], [60, 'About a minute'], [119, 'About a minute'], [120, '2 minutes'], [3599, '59 minutes'], [3600, 'About an hour'],
    [5400, '2 hours'], [47 * 3600, '47 hours'], [48 * 3600, '2 days'], [14 * 86_400, '2 weeks'], [60 * 86_400, '2 months'], [730 * 86_400, '2 years'],
  ]; // prettier-ignore
  for (const [seconds, text] of wanted) assert.equal(humanDuration(seconds), text, String(seconds));
});

test('ellipsis() cuts at letters, not at bytes', () => {
  assert.deepEqual([ellipsis('abcdef', 6), ellipsis('abcdefg', 6), ellipsis('äöüäöüä', 6)], ['abcdef', 'abcde…', 'äöüäö…']);
});

test('goTime() writes local time with its zone', () => {
  assert.match(goTime(1_795_927_697), /^2026-11-\d\d \d\d:\d\d:17 [+-]\d{4} \w+/);
});

test('alignTabs() makes columns of neighbouring lines at least 10 wide', () => {
  assert.equal(alignTabs('A\tB\tC\nlonger-than-ten\tb\tc\n'), 'A                 B         C\nlonger-than-ten   b         c\n');
  assert.equal(alignTabs('no columns\na\tb\n'), 'no columns\na         b\n');
  assert.equal(alignTabs(''), '');
});

test('formatList() knows table, table TEMPLATE, json and templates', () => {
  const rows = [new View('*x', { Name: () => 'web', ID: () => 'abc' }), new View('*x', { Name: () => 'db', ID: () => 'def' })];
  const options = { table: '{{.ID}}\t{{.Name}}', headers: { ID: 'CONTAINER ID', Name: 'NAMES' } };
  assert.equal(formatList(rows, { ...options, format: '' }), 'CONTAINER ID   NAMES\nabc            web\ndef            db\n');
  assert.equal(formatList(rows, { ...options, format: String.raw`table {{.Name}}\t{{upper .ID}}` }), 'NAMES     CONTAINER ID\nweb       ABC\ndb        DEF\n');
  assert.equal(formatList(rows, { ...options, format: 'json' }), '{"ID":"abc","Name":"web"}\n{"ID":"def","Name":"db"}\n');
  assert.equal(formatList(rows, { ...options, format: String.raw`{{.Name}}\t{{.ID}}` }), 'web\tabc\ndb\tdef\n');
  assert.throws(() => formatList(rows, { ...options, format: '{{' }), { exitCode: 1, message: 'failed to parse template: template: :1: unclosed action' });
});

test('formatList() writes "raw" as a line for each field, with no blank where a value is missing', () => {
  const fields = { ID: 'abc', Image: 'busybox', Command: '"sh"', CreatedAt: 'then', State: 'running', Status: 'Up', Names: 'web', Labels: '', Ports: '' };
  const container = new View('*x', Object.fromEntries(Object.entries({ ...fields, Size: '0B' }).map(([name, value]) => [name, () => value])));
  const raw = (template: string): string => formatList([container, container], { format: 'raw', table: '', raw: template, headers: {} });
  const rows = 'container_id: abc\nimage: busybox\ncommand: "sh"\ncreated_at: then\nstate: running\nstatus: Up\nnames: web\nlabels:\nports:\n';
  assert.equal(raw(rawContainer()), `${rows}\n${rows}\n`);
  assert.equal(raw(rawContainer({ size: true })), `${rows}size: 0B\n\n`.repeat(2));
  assert.equal(raw(rawContainer({ quiet: true })), 'container_id: abc\ncontainer_id: abc\n');
  assert.equal(formatList([container], { format: 'raw', table: '', headers: {} }), 'raw\n', 'a template like any other where there is none');
  assert.doesNotMatch(rawImage(), /digest/);
  const all = { Images: [], Containers: [container], Volumes: [new View('*x', { Name: () => 'data', Driver: () => 'local' })], BuildCache: [] };
  assert.equal(executeFormat(compileFormat(rawEverything), all), `type: Container\n${rows}size: 0B\n\ntype: Volume\nname: data\ndriver: local\n\n`);
});

test('indentJson() keeps numbers and order, and leaves empty things on their line', () => {
  const text = '[{"b":9223372036854771712,"a":{},"c":[],"d":"x{,:\\"","e":[1,{"f":null}]}]';
  assert.equal(
    indentJson(text, '    '),
    '[\n    {\n        "b": 9223372036854771712,\n        "a": {},\n        "c": [],\n        "d": "x{,:\\"",\n        "e": [\n            1,\n            {\n                "f": null\n            }\n        ]\n    }\n]',
  );
  assert.equal(indentJson('[]', '    '), '[]');
});

test('byName() counts digits', () => {
  assert.deepEqual(['net10', 'net2', 'a', 'net2b'].toSorted(byName), ['a', 'net2', 'net2b', 'net10']);
});
