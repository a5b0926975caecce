import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileTemplate, goJson, goValues, TemplateError, View } from './index.ts';

const container = goValues({
  Id: '0123456789ab',
  Name: '/web',
  State: { Status: 'running', Running: true, Paused: false, Pid: 42, ExitCode: 0, Error: '' },
  Config: { Env: ['A=b', 'C=d'], Cmd: ['sh', '-c', 'true'], Labels: { a: 'b', 'x.y': 'z' }, Volumes: null },
  Mounts: [{ Type: 'bind', Source: '/src', Destination: '/dst' }],
  NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '90/udp': null } },
  Size: 1.5,
});

function text(source: string): string {
  return compileTemplate(source).execute(container, { strictKeys: true });
}

/** What Docker 28 prints for the same template and container. */
const printed: readonly (readonly [string, string])[] = [
  ['{{.Name}} {{.State.Status}}', '/web running'],
  ['{{json .Config.Labels}} {{json .Config.Env}}', '{"a":"b","x.y":"z"} ["A=b","C=d"]'],
  ['{{.Config.Env}} {{.Config.Labels}}', '[A=b C=d] map[a:b x.y:z]'],
  ['{{.State}}', '{running true false 42 0 }'],
  ['{{.Config.Volumes}} {{json .Config.Volumes}}', 'map[] null'],
  ['{{index .Config.Labels "x.y"}}|{{index .Config.Labels "no"}}|{{.Config.Labels.no}}', 'z||<no value>'],
  ['{{.State.Health}} {{.Config.Healthcheck}}', '<nil> <nil>'],
  ['{{range .Mounts}}{{.Type}}:{{.Destination}} {{end}}', 'bind:/dst '],
  ['{{range $p, $b := .NetworkSettings.Ports}}{{$p}}{{range $b}} {{.HostPort}}{{end}};{{end}}', '80/tcp 8080;90/udp;'],
  ['{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}', '8080'],
  ['{{range $i, $e := .Config.Cmd}}{{if $i}}, {{end}}{{$e}}{{end}}', 'sh, -c, true'],
  ['{{len .Config.Env}} {{len .Name}} {{slice .Id 0 4}}', '2 4 0123'],
  ['{{if and .State.Running (not .State.Paused)}}up{{else}}down{{end}}', 'up'],
  ['{{if .State.Paused}}a{{else if .State.Running}}b{{else}}c{{end}}', 'b'],
  ['{{if eq .State.Status "exited" "running"}}x{{end}}{{if ne .State.Pid 42}}y{{end}}{{if lt .State.Pid 43}}z{{end}}', 'xz'],
  ['{{with .State}}{{.Pid}}{{end}}{{with .State.Error}}no{{else}}none{{end}}', '42none'],
  ['{{$x := .Name}}{{$x}}{{$x = "y"}}{{$x}}', '/weby'],
  ['{{.Name | upper | printf "%q"}}', '"/WEB"'],
  ['{{printf "%v %d %s %5d|%-5d|%05d|%x|%t" true 1 .Name 1 2 3 255 false}}', 'true 1 /web     1|2    |00003|ff|false'],
  ['{{println .Name 1}}{{print 1 2 "a" true}}', '/web 1\n1 2atrue'],
  [
    '{{join .Config.Cmd ","}} {{split "a:b" ":"}} {{title "hello wORLD"}} {{truncate .Name 2}} {{lower "A"}}{{pad "x" 1 2}}|',
    'sh,-c,true [a b] Hello WORLD /w a x  |',
  ],
  ['{{"a"}}{{`b`}}{{1.5}}{{.Size}}{{true}}', 'ab1.51.5true'],
  ['a {{- "b" -}} c{{/* note */}}', 'abc'],
  ['{{range .Config.Cmd}}{{.}}{{break}}{{end}}', 'sh'],
  ['{{range .Config.Cmd}}{{if eq . "-c"}}{{continue}}{{end}}{{.}}{{end}}', 'shtrue'],
];

test('compileTemplate() prints what Docker prints', () => {
  for (const [source, wanted] of printed) assert.equal(text(source), wanted, source);
});

/** What Docker 28 says of the same template. */
const refused: readonly (readonly [string, string])[] = [
  ['{{.Bogus}}', 'template: :1:2: executing "" at <.Bogus>: map has no entry for key "Bogus"'],
  ['{{.State.Bogus}}', 'template: :1:8: executing "" at <.State.Bogus>: map has no entry for key "Bogus"'],
  ['{{.Name.Foo}}', `template: :1:7: executing "" at <.Name.Foo>: can't evaluate field Foo in type interface {}`],
  ['{{lower 3}}', 'template: :1:8: executing "" at <3>: expected string; found 3'],
  ['{{len 3}}', 'template: :1:2: executing "" at <len 3>: error calling len: len of type int'],
  ['{{index .Config.Cmd 99}}', 'template: :1:2: executing "" at <index .Config.Cmd 99>: error calling index: index out of range: 99'],
  ['{{', 'template: :1: unclosed action'],
  ['{{.Name', 'template: :1: unclosed action'],
  ['{{.Name}', `template: :1: bad character U+007D '}'`],
  ['{{foo}}', 'template: :1: function "foo" not defined'],
  ['{{end}}', 'template: :1: unexpected {{end}}'],
  ['{{if}}x{{end}}', 'template: :1: missing value for if'],
  ['{{if true}}', 'template: :1: unexpected EOF'],
  ['{{$x}}', 'template: :1: undefined variable "$x"'],
];

test('compileTemplate() fails with the words of Go', () => {
  for (const [source, message] of refused)
    assert.throws(
      () => text(source),
      (error) => error instanceof TemplateError && error.message === message,
      source,
    );
});

test('View computes fields, takes arguments, and is JSON with sorted names', () => {
  const view = new View('*formatter.Thing', { Name: () => 'a', Image: () => '<none>' }, { Label: (name: string) => `label ${name}` });
  assert.equal(compileTemplate('{{.Name}} {{.Label "x"}}').execute(view), 'a label x');
  assert.equal(goJson(view), String.raw`{"Image":"\u003cnone\u003e","Name":"a"}`);
  assert.throws(() => compileTemplate('{{.Bogus}}').execute(view), {
    message: `template: :1:2: executing "" at <.Bogus>: can't evaluate field Bogus in type *formatter.Thing`,
  });
  assert.throws(() => compileTemplate('{{.Label}}').execute(view), {
    message: 'template: :1:2: executing "" at <.Label>: wrong number of args for Label: want 1 got 0',
  });
});
