/** Whole frames with messages in them that are not of the protocol, or come when they may not. */
import { LimitError } from '@remoteobj/except';
import { assert } from '../support/suite.js';
import { called, checkRubbish, whileCalling } from './conversation.js';
import { fault } from './fault.js';
import { rogue, served } from './rogue.js';
import { bytes, hello, result, special, text, varint } from './wire.js';

/** On objects and results that this end never gave, and with them as arguments. */
const forged = [
  bytes(16, 1, varint(900), 1, text('echo'), 7, 0, 0, 1, 9),
  bytes(16, 2, varint(900), 1, text('echo'), 7, 0, 0, 1, 10),
  bytes(16, 0, 1, text('echo'), 7, 1, special('92d601000000009210cd0384'), 0, 1, 11),
  bytes(16, 0, 1, text('echo'), 7, 1, special('92d601000000009211cd0384'), 0, 1, 12),
];

/** Adds a case for messages each of which ends the link with `ProtocolError`. */
function rubbish(what: string, heads: readonly Uint8Array[], greet = true): void {
  fault(`${what}: the link ends, and nothing else`, async (scene) => {
    for (const head of heads) checkRubbish(await whileCalling(scene, (other) => other.say(head), greet), head);
  });
}

/** Adds a case for messages that mean nothing: the call is answered behind them. */
function harmless(what: string, heads: readonly Uint8Array[]): void {
  fault(`${what}: nothing comes of it`, async (scene) => {
    const outcome = await whileCalling(scene, (other) => {
      for (const head of heads) other.say(head);
      other.say(result(1, 21));
    });
    assert.is(outcome.value, 21, String(outcome.error));
  });
}

const known = [1, 2, 3, 16, 17, 18, 19, 20, 21, 32, 33, 34, 35, 48, 49, 50, 51, 52, 53, 54, 55];
const unknown = Array.from({ length: 256 }, (_value, kind) => kind).filter((kind) => !known.includes(kind));

/** `echo(21)`, which is answered. */
const evaluation = bytes(16, 0, 1, text('echo'), 7, 1, 4, 42, 0, 1, 9);
const good: readonly Uint8Array[] = [
  hello.subarray(0, -1),
  bytes(3, 0, 0),
  evaluation,
  bytes(17, 9),
  bytes(18, 9),
  bytes(19, 4, 1),
  bytes(20, 9),
  bytes(21, 9, 1, 1, 1, 30, text('camera'), text('(?.snap())')),
  result(1, 21),
  bytes(33, 0, 1, 4, 42),
  bytes(34, 0, 1, 4, 42),
  bytes(35, 1),
  bytes(48, 9, 4, 42),
  bytes(50, 9, 1),
  bytes(52, 9, 0),
  bytes(54, 2, special('9191c40101')),
];

rubbish(
  'messages of every kind that is not known',
  unknown.map((kind) => bytes(kind, 1, 1, 1)),
);
rubbish(
  'messages that end too early, anywhere',
  good.flatMap((message) => Array.from({ length: message.length - 1 }, (_value, i) => message.subarray(0, i + 1))),
);
rubbish('bases, operations, tags and specials that are not known', [
  bytes(16, 4, 0, 1, 9),
  bytes(16, 0, 13, 0, 1, 9),
  bytes(16, 0, 255, 0, 1, 9),
  bytes(32, 1, 8),
  bytes(32, 1, 255),
  bytes(32, 1, special('92d6010000000091cc63')),
  bytes(32, 1, special('92d6010000000091ff')),
  bytes(32, 1, special('92d6010000000090')),
]);
rubbish('numbers beyond 2⁵³ − 1, and numbers that never end', [
  bytes(17, varint(2 ** 53)),
  bytes(17, new Array<number>(9).fill(255), 1),
  bytes(17, new Array<number>(40).fill(255)),
]);
rubbish('calls of fewer arguments than they announce', [
  bytes(16, 0, 7, 2, 4, 42),
  bytes(16, 0, 7, varint(2 ** 32), 4, 42, 0, 1, 9),
  bytes(16, 0, 7, varint(2 ** 52), 4, 42, 0, 1, 9),
]);
rubbish('specials with the wrong number of entries, or of the wrong kind', [
  ...['9104', '9106', '9107', '910c', '910d', '910e', '910f', '9110', '9113', '9114', '9117', '9118'].map(badSpecial),
  ...['9204a178', '9206a178', '920f01a1', '920fff', '920fa178', '9209a178', '930ccc6301'].map(badSpecial),
]);
rubbish('slots and blobs that are not there', [
  bytes(32, 1, special('92d601000000059104')),
  bytes(32, 1, special('91d60100000000')),
  bytes(32, 1, special('92d60100000000930d0200', 1)),
  bytes(32, 1, special('92d60100000000930d0207')),
  bytes(32, 1, special('9100', 2 ** 6)),
]);
rubbish('names that are too long or not well-formed', [
  bytes(16, 0, 1, text('x'.repeat(300)), 0, 1, 9),
  bytes(16, 0, 1, 2, 0xed, 0xa0, 0, 1, 9),
]);
rubbish('chains of too many operations', [
  bytes(16, 0, ...Array.from({ length: 200 }, () => bytes(1, text('x'))), 0, 1, 9),
]);
rubbish('MessagePack that is none', [
  bytes(32, 1, special('c1')),
  bytes(32, 1, special('91c1')),
  bytes(32, 1, special('92')),
  bytes(32, 1, special('dd7fffffff')),
]);
rubbish('probes of no waits and of too many', [bytes(21, 9, 0), bytes(21, 9, varint(2 ** 40))]);
rubbish('answers to requests that were never made', [
  result(7, 1),
  bytes(33, 1, 7, 4, 2),
  bytes(34, 1, 7, 4, 2),
  bytes(33, 1, 0, 1),
]);
rubbish(
  'a greeting in another version, or another language',
  [bytes('01726f626a0280208080808001'), bytes('0148545450')],
  false,
);
rubbish('what is said before the greeting', [bytes(2), evaluation, result(1, 21)], false);

harmless('messages about requests, references and iterations that are not there', [
  bytes(17, varint(900)),
  bytes(18, varint(900)),
  bytes(19, varint(1800), 1),
  bytes(19, varint(1801), 1),
  bytes(48, varint(900), 4, 42),
  bytes(49, varint(900)),
  bytes(50, varint(900), 5),
  bytes(51, varint(900)),
  bytes(52, varint(900), 0),
  bytes(55, varint(900)),
]);
harmless('releases of more than was ever held', [bytes(19, 0, varint(2 ** 50)), bytes(19, 2, varint(2 ** 50))]);
fault('evaluations of forged references and results are not run', async (scene) => {
  const before = served.calls;
  const { value, error } = await whileCalling(scene, (other) => {
    for (const head of forged) other.say(head);
    other.say(result(1, 21));
  });
  assert.equal([value, served.calls], [21, before], String(error));
});

harmless('an evaluation that has the number of another', [evaluation, evaluation, evaluation]);
harmless('more done than was begun', [bytes(35, varint(2 ** 50))]);

fault('a value that nests too deep fails its call, and only that', async (scene) => {
  const other = await rogue(scene);
  const deep = await called(scene, other, () => other.say(bytes(32, 1, special('91'.repeat(1000) + '90'))));
  assert.instance(deep.error, LimitError);
  const next = await called(scene, other, () => other.say(result(2, 24)));
  assert.is(next.value, 24);
  other.cut();
  await other.connection.closed;
});

fault('an object with an own __proto__ gets none here', async (scene) => {
  const { value } = await whileCalling(scene, (other) =>
    other.say(bytes(32, 1, special('9181a95f5f70726f746f5f5f81a178c3'))),
  );
  assert.not.ok(Object.hasOwn(value as object, '__proto__'));
  assert.is(Object.getPrototypeOf(value), Object.prototype);
  assert.is((value as { x?: unknown }).x, undefined);
});

fault('an answer that comes twice counts once', async (scene) => {
  const other = await rogue(scene);
  const first = await called(scene, other, () => {
    other.say(bytes(result(1, 21), result(1, 22)));
    other.say(bytes(result(1, 23), bytes(33, 0, 1, 4, 42)));
  });
  const second = await called(scene, other, () => other.say(result(2, 24)));
  assert.equal([first.value, second.value], [21, 24]);
  other.cut();
  await other.connection.closed;
});

function badSpecial(entries: string): Uint8Array {
  return bytes(32, 1, special(`92d60100000000${entries}`));
}
