import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeFrames } from '../../src/api/index.ts';
import { directoryEntry, fileEntry, readTar, tarBytes } from '../../src/tar/index.ts';
import type { TarSource } from '../../src/tar/index.ts';
import { cannotRun, startTestEngine } from './harness.ts';
import type { TestEngine } from './harness.ts';

/** Members of an archive: kind and path, and the text of files. */
async function listed(tar: AsyncIterable<Uint8Array>): Promise<Map<string, string>> {
  const members = new Map<string, string>();
  for await (const { entry, body } of readTar(tar))
    members.set(entry.path, entry.type === 'file' ? String(Buffer.concat(await Array.fromAsync(body))) : entry.type);
  return members;
}

async function sh({ client }: TestEngine, id: string, command: string): Promise<string> {
  const { Id: exec } = await client.execs.create(id, { Cmd: ['sh', '-c', command], AttachStdout: true, AttachStderr: true });
  let output = '';
  for await (const { data } of decodeFrames((await client.execs.start(exec, {})).stream)) output += data.toString();
  return output;
}

const file = (path: string, text: string, more = {}): TarSource => ({ entry: fileEntry(path, Buffer.byteLength(text), more), body: Buffer.from(text) });

test('files of containers', { skip: cannotRun(), timeout: 120_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client } = engine;
  const outside = mkdtempSync(join(tmpdir(), 'slipway-outside-'));
  t.after(() => rmSync(outside, { recursive: true }));
  writeFileSync(join(outside, 'secret'), 'secret of the host');
  const { Id: id } = await client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { Binds: ['files:/data', `${outside}:/ro:ro`] } });

  await t.test('go in and out of a container that does not run, into its volumes too', async () => {
    await client.containers.archivePut(id, '/data', await tarBytes([file('stopped.txt', 'before the start')]));
    await client.containers.start(id);
    assert.equal(await sh(engine, id, 'cat /data/stopped.txt'), 'before the start');
  });

  await t.test('of a subpath of a volume are those below it alone, whether the container runs or not', async () => {
    await client.containers.archivePut(id, '/data', await tarBytes([{ entry: directoryEntry('sub/') }, file('sub/own', 'below')]));
    for (const [subpath, target] of [
      ['sub', '/in'],
      ['sub/own', '/in/own'],
    ] as const) {
      // prettier-ignore
      const HostConfig = { Mounts: [{ Type: 'volume', Source: 'files', Target: target, ReadOnly: true, VolumeOptions: { Subpath: subpath } }] } as const;
      const { Id: other } = await client.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig });
      if (subpath === 'sub') assert.deepEqual([...(await listed((await client.containers.archiveGet(other, '/in')).tar)).keys()], ['in/', 'in/own']);
      await client.containers.start(other);
      assert.equal(await sh(engine, other, 'ls /in; cat /in/own; touch /in/own 2>/dev/null || echo " read-only"'), 'own\nbelow read-only\n');
      await client.containers.remove(other, { force: true });
    }
  });

  await t.test('are those of the container, whatever root its process takes for itself', async () => {
    const Cmd = [
      'sh',
      '-c',
      'mkdir -p /jail/bin /jail/host; cp /bin/busybox /jail/bin/; exec chroot /jail /bin/busybox sh -c "echo inside; exec /bin/busybox sleep 1000"',
    ];
    const { Id: other } = await client.containers.create({ Image: 'busybox', Cmd });
    await client.containers.start(other);
    const { body } = await client.containers.logs(other, { stdout: true, follow: true });
    for await (const _ of decodeFrames(body)) break;
    assert.deepEqual([...(await listed((await client.containers.archiveGet(other, '/jail/host')).tar)).keys()], ['host/']);
    await client.containers.remove(other, { force: true });
  });

  await t.test('keep names as docker cp expects them', async () => {
    await client.containers.archivePut(
      id,
      '/tmp',
      await tarBytes([{ entry: directoryEntry('tree/') }, file('tree/a', 'A'), file('tree/b', 'B', { mode: 0o640, uid: 1000, gid: 50 })]),
    );
    assert.equal(await sh(engine, id, 'stat -c "%a %u %g" /tmp/tree/b'), '640 1000 50\n');
    const { stat, tar } = await client.containers.archiveGet(id, '/tmp/tree');
    assert.equal(stat.name, 'tree');
    assert.deepEqual(await listed(tar), new Map([['tree/', 'directory'], ['tree/a', 'A'], ['tree/b', 'B']])); // prettier-ignore
    assert.deepEqual([...(await listed((await client.containers.archiveGet(id, '/tmp/tree/.')).tar)).keys()], ['./', './a', './b']);
    assert.deepEqual(await listed((await client.containers.archiveGet(id, '/tmp/tree/a')).tar), new Map([['a', 'A']]));
  });

  await t.test('never leave the container, whatever links it has', async () => {
    await sh(engine, id, `ln -s ${outside} /tmp/abs; ln -s ../../../../../../../..${outside} /tmp/rel; mkdir /tmp/dir; ln -s ${outside}/secret /tmp/dir/link`);
    for (const path of ['/tmp/abs/secret', '/tmp/rel/secret', '/tmp/abs/']) await assert.rejects(client.containers.archiveGet(id, path), { code: 'NOT_FOUND' });
    assert.deepEqual((await listed((await client.containers.archiveGet(id, '/tmp/dir')).tar)).get('dir/link'), 'symlink');
    await assert.rejects(client.containers.archivePut(id, '/tmp/abs', await tarBytes([file('evil', 'x')])), { code: 'NOT_FOUND' });
    await client.containers.archivePut(id, '/tmp', await tarBytes([file('abs/evil', 'x')])).catch(() => {});
    await client.containers.archivePut(id, '/tmp', await tarBytes([file(`../../../../../..${outside}/evil`, 'x')])).catch(() => {});
    await client.containers.archivePut(id, '/tmp', await tarBytes([file(`${outside}/evil`, 'x')])).catch(() => {});
    assert.deepEqual(readdirSync(outside), ['secret']);
    assert.equal(existsSync('/evil'), false);
  });

  await t.test('are refused with Docker words where they cannot be', async () => {
    await assert.rejects(client.containers.archiveGet(id, '/nonono'), { code: 'NOT_FOUND', message: `Could not find the file /nonono in container ${id}` });
    await assert.rejects(client.containers.archivePut(id, '/etc/passwd', await tarBytes([])), { message: 'extraction point is not a directory' });
    await assert.rejects(client.containers.archivePut(id, '/ro', await tarBytes([file('x', 'x')])), { message: 'mounted volume is marked read-only' });
    await assert.rejects(client.containers.archivePut(id, '/tmp', Buffer.from('no archive at all')), { code: 'INVALID_ARGUMENT' });
    await assert.rejects(client.containers.archivePut(id, '/tmp', await tarBytes([file('tree', 'x')]), { noOverwriteDirNonDir: true }), /cannot overwrite/);
  });

  await t.test('that changed are told, exported and committed', async () => {
    await sh(engine, id, 'rm -rf /tmp/*; echo new > /etc/added; rm /etc/group');
    const changes = new Map((await client.containers.changes(id))?.map(({ Path, Kind }) => [Path, Kind]));
    assert.deepEqual([changes.get('/etc'), changes.get('/etc/added'), changes.get('/etc/group')], [0, 1, 2]);
    const exported = await listed(await client.containers.export(id));
    assert.deepEqual([exported.get('etc/added'), exported.has('etc/group'), exported.has('data/stopped.txt')], ['new\n', false, false]);
    const { Id: image } = await client.containers.commit(id, {
      repo: 'committed',
      changes: ['CMD ["cat","/etc/added"]', 'ENV WHO=me'],
      comment: 'note',
      author: 'a',
    });
    const { Config: config, RootFS: root } = await client.images.inspect('committed');
    assert.deepEqual([config?.Cmd, config?.Env?.includes('WHO=me'), root.Layers?.length], [['cat', '/etc/added'], true, 2]);
    const { Id: copy } = await client.containers.create({ Image: image });
    const wait = await client.containers.wait(copy, { condition: 'next-exit' });
    await client.containers.start(copy);
    await wait.exit;
    assert.equal(String((await Array.fromAsync(decodeFrames((await client.containers.logs(copy, { stdout: true })).body)))[0]?.data), 'new\n');
  });
});
