import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dnsCode, dnsType, encodeAnswer, encodeName, parseQuery, reverseAddress } from './dns-message.ts';

function query(name: string, type: number): Buffer {
  const head = Buffer.from([0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, encodeName(name), Buffer.from([0, type, 0, 1])]);
}

test('parseQuery() reads the name in lower case, and refuses answers, broken messages and other classes', () => {
  const message = query('Web.MyNet', dnsType.a);
  assert.deepEqual(parseQuery(message), { id: 0x1234, flags: 0x0100, name: 'web.mynet', type: 1, end: message.length });
  const answer = Buffer.from(message);
  answer[2] = 0x81;
  assert.equal(parseQuery(answer), undefined);
  for (let length = 0; length < message.length; length++) assert.equal(parseQuery(message.subarray(0, length)), undefined);
  const chaos = Buffer.from(message);
  chaos[message.length - 1] = 3;
  assert.equal(parseQuery(chaos), undefined);
  const pointer = Buffer.from(message);
  pointer[12] = 0xc0;
  assert.equal(parseQuery(pointer), undefined);
});

test("encodeAnswer() repeats the question, drops the client's extras, and says when it was cut", () => {
  const message = Buffer.concat([query('web', dnsType.a), Buffer.from('extra')]);
  const question = parseQuery(message);
  assert.ok(question);
  const records = Array.from({ length: 40 }, (_, index) => ({ type: dnsType.a, data: Buffer.from([10, 0, 0, index]) }));
  const whole = encodeAnswer(message, question, records);
  assert.equal(whole.readUInt16BE(6), 40);
  assert.equal(whole.readUInt16BE(2) & 0x0200, 0);
  const cut = encodeAnswer(message, question, records, { limitBytes: 512 });
  assert.ok(cut.length <= 512);
  assert.notEqual(cut.readUInt16BE(2) & 0x0200, 0);
  const failure = encodeAnswer(message, question, [], { code: dnsCode.serverFailure });
  assert.equal(failure.readUInt16BE(2), 0x8182);
  assert.equal(failure.length, question.end);
});

test('reverseAddress() knows both families and nothing else', () => {
  assert.equal(reverseAddress('2.0.18.172.in-addr.arpa'), '172.18.0.2');
  assert.equal(reverseAddress(`5.0.0.0.${'0.'.repeat(24)}0.0.d.f.ip6.arpa`), 'fd00:0000:0000:0000:0000:0000:0000:0005');
  assert.equal(reverseAddress('web.mynet'), undefined);
});
