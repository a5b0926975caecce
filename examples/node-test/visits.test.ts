// A test suite with an engine of its own: nothing to install beforehand, nothing left afterwards. Run as root: node --test
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import { startEngine } from 'slipway';
import type { PrivateEngine } from 'slipway';

/** An image to test with, made by `slipway image bootstrap busybox`, `slipway save` or `docker save`. */
const archive = process.env['EXAMPLE_IMAGE'];

test('a service counts its visits in a volume', { skip: archive ? false : 'EXAMPLE_IMAGE names no archive of busybox' }, async () => {
  await using engine = await startEngine();
  for await (const message of engine.client.images.load(createReadStream(archive ?? ''))) assert.equal(message.error, undefined);
  await serve(engine);
  assert.equal(await visit(engine), 1);
  assert.equal(await visit(engine), 2);
  await engine.client.containers.remove('visits', { force: true });
  await serve(engine);
  assert.equal(await visit(engine), 3);
});

async function serve({ client }: PrivateEngine): Promise<void> {
  const script =
    'mkdir -p /www/cgi-bin; printf "#!/bin/sh\\necho x >> /data/visits\\nprintf \'\\\\r\\\\n\'; wc -l < /data/visits" > /www/cgi-bin/visit; chmod +x /www/cgi-bin/visit; exec httpd -f -p 80 -h /www';
  const { Id } = await client.containers.create(
    {
      Image: 'busybox',
      Cmd: ['sh', '-c', script],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { Binds: ['visits:/data'], PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    },
    { name: 'visits' },
  );
  await client.containers.start(Id);
}

async function visit({ client }: PrivateEngine): Promise<number> {
  const { NetworkSettings } = await client.containers.inspect('visits');
  const port = NetworkSettings.Ports['80/tcp']?.[0]?.HostPort ?? '';
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/cgi-bin/visit`).catch(() => undefined);
    if (answer?.ok) return Number(await answer.text());
    await wait(20);
  }
}
