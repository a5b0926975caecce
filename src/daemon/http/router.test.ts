import assert from 'node:assert/strict';
import { test } from 'node:test';
import { empty } from './reply.ts';
import { route, Router } from './router.ts';
import { versionedPath } from './versioned-path.ts';

const router = new Router([
  route('GET', '/images/json', () => empty()),
  route('GET', '/images/{name*}/json', () => empty()),
  route('POST', '/containers/{id}/start', () => empty()),
]);

test('Router finds literal paths before patterns, and names with slashes', () => {
  assert.equal(router.find('GET', '/images/json')?.route.pattern, '/images/json');
  assert.deepEqual(router.find('GET', '/images/localhost:5000/a/b:1/json')?.params, { name: 'localhost:5000/a/b:1' });
  assert.deepEqual(router.find('POST', '/containers/a%20b/start')?.params, { id: 'a b' });
});

test('Router answers HEAD by the route of GET, and knows no other method', () => {
  assert.equal(router.find('HEAD', '/images/json')?.route.method, 'GET');
  assert.equal(router.find('GET', '/containers/a/start'), undefined);
  assert.equal(router.find('POST', '/containers/a/b/start'), undefined);
  assert.throws(() => router.find('POST', '/containers/%zz/start'), { code: 'INVALID_ARGUMENT' });
});

test('versionedPath() takes the version off, and refuses those out of range in Docker words', () => {
  assert.deepEqual(versionedPath('/v1.24/info'), { version: '1.24', path: '/info' });
  assert.deepEqual(versionedPath('/info'), { version: '1.51', path: '/info' });
  assert.deepEqual(versionedPath('/volumes/v1.24'), { version: '1.51', path: '/volumes/v1.24' });
  assert.throws(() => versionedPath('/v1.52/info'), { message: 'client version 1.52 is too new. Maximum supported API version is 1.51' });
  assert.throws(() => versionedPath('/v1.23/info'), /client version 1.23 is too old. Minimum supported API version is 1.24/);
});
