import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { RemoteDiedError, RemoteError, TimeoutError } from '@remoteobj/except';
import { buildError, errorToData, finishError, registerErrorClass } from '@remoteobj/except/internal';
import { assert, test } from '../support/suite.js';

/** There and back, as a connection would do it, with the inner values left as they are. */
function copy(error: object, callStack?: string): Error {
  const data = errorToData(error);
  const built = buildError(data, callStack);
  finishError(built, data);
  return built;
}

function thrownBy(f: () => unknown): Error {
  try {
    f();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not throw');
}

const never = (): never => {
  throw new Error('code of the error ran');
};

test('built-in errors keep their class, message and prototype', () => {
  for (const Class of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
    const built = copy(new Class('what'));
    assert.is(Object.getPrototypeOf(built), Class.prototype);
    assert.equal([built.name, built.message], [Class.name, 'what']);
    assert.not.ok(Object.hasOwn(built, 'name'));
    assert.is(Object.prototype.toString.call(built), '[object Error]');
  }
  assert.is(copy(vm.runInNewContext('new RangeError("realm")') as object).constructor, RangeError);
});

test('own data properties, code and cause cross; functions, symbols and accessors do not', () => {
  const cause = new Error('inner');
  const error = Object.assign(new Error('outer', { cause }), {
    code: 'E_X',
    detail: { a: 1 },
    none: undefined,
    f: never,
    s: Symbol('s'),
  });
  Object.defineProperty(error, 'computed', { get: never, enumerable: true });
  Object.defineProperty(error, 'hidden', { value: 1, enumerable: false });
  const data = errorToData(error);
  assert.equal(data.own, [
    ['code', 'E_X'],
    ['detail', { a: 1 }],
    ['none', undefined],
  ]);
  const built = copy(error) as Error & { code: string };
  assert.is(built.cause, cause);
  assert.is(built.code, 'E_X');
  assert.equal(Object.keys(built), ['code', 'detail', 'none']);
});

test('a cause of undefined is still a cause, and no cause is none', () => {
  assert.ok('cause' in copy(new Error('m', { cause: undefined })));
  assert.not.ok('cause' in copy(new Error('m')));
});

test('a code on the prototype crosses as a property', () => {
  class Coded extends Error {}
  Object.defineProperty(Coded.prototype, 'code', { value: 'E_PROTO' });
  assert.equal(errorToData(new Coded('m')).own, [['code', 'E_PROTO']]);
});

test('an AggregateError keeps its errors, hidden as the language has it', () => {
  const inner = [new TypeError('a'), null, 0];
  const built = copy(new AggregateError(inner, 'both')) as AggregateError;
  assert.ok(built instanceof AggregateError);
  assert.equal(built.errors, inner);
  assert.not.ok(Object.keys(built).includes('errors'));
  const own = Object.assign(new Error('invalid'), { errors: ['name is missing'] });
  assert.equal(Object.keys(copy(own)), ['errors']);
});

test('a huge sparse list of errors is bounded, and the message says so', () => {
  const errors: unknown[] = [];
  errors.length = 4_000_000_000;
  const data = errorToData(Object.assign(new AggregateError([], 'many'), { errors }));
  assert.is(data.errors?.length, 10_000);
  assert.is(data.message, 'many [3999990000 more errors left out]');
});

test('a DOMException keeps its name and so its legacy code', () => {
  const built = copy(new DOMException('stop', 'AbortError')) as DOMException;
  assert.ok(built instanceof DOMException);
  assert.equal([built.name, built.message, built.code], ['AbortError', 'stop', 20]);
  assert.match(built.stack ?? '', /^AbortError: stop\n/);
});

test('errors of ours keep class, code and properties', () => {
  const built = copy(new RemoteDiedError('gone', { exitCode: 3, executed: 'no' })) as RemoteDiedError;
  assert.ok(built instanceof RemoteDiedError);
  assert.equal(
    [built.name, built.code, built.executed, built.exitCode, built.signal],
    ['RemoteDiedError', 'ERR_REMOTE_DIED', 'no', 3, null],
  );
});

test('a class of the same name as one of ours is not taken for it', () => {
  const Theirs = { TimeoutError: class extends Error {} }.TimeoutError;
  const built = copy(new Theirs('slow')) as RemoteError;
  assert.not.ok(built instanceof TimeoutError);
  assert.equal([built instanceof RemoteError, built.remoteName], [true, 'TimeoutError']);
});

test('an unknown class arrives as RemoteError under its own name', () => {
  class Theirs extends TypeError {}
  const built = copy(Object.assign(new Theirs('m'), { extra: 1 })) as RemoteError & { extra: number };
  assert.ok(built instanceof RemoteError);
  assert.equal([built.name, built.remoteName, built.extra], ['Theirs', 'Theirs', 1]);
  assert.match(built.stack ?? '', /^Theirs: m\n {4}at /);
  class Named extends Error {
    override name = 'Shown';
  }
  const named = copy(new Named('m')) as RemoteError;
  assert.equal([named.name, named.remoteName], ['Shown', 'Named']);
  assert.equal(Object.keys(named), ['remoteName']);
});

test('a remote error that goes on is still of the class it came from', () => {
  const twice = copy(copy(new RemoteError('m', { remoteName: 'Theirs' }))) as RemoteError;
  assert.equal([twice.remoteName, twice.name], ['Theirs', 'Theirs']);
  assert.equal(errorToData(twice).own, []);
});

test('a registered class arrives as itself without its constructor being run', () => {
  let constructed = 0;
  class Registered extends Error {
    #secret = 1;
    constructor(message: string) {
      super(message);
      constructed++;
    }
    get shout(): string {
      return this.message.toUpperCase();
    }
    secret(): number {
      return this.#secret;
    }
  }
  registerErrorClass('test.Registered', Registered);
  registerErrorClass('test.Registered', Registered);
  const built = copy(new Registered('loud')) as Registered;
  assert.is(constructed, 1);
  assert.ok(built instanceof Registered && Object.prototype.toString.call(built) === '[object Error]');
  assert.is(built.shout, 'LOUD');
  assert.throws(
    () => built.secret(),
    (error: Error) => error instanceof TypeError,
  );
});

test('a registered class keeps a name that only the instance has', () => {
  class ByField extends Error {
    override name = 'ByField';
  }
  registerErrorClass('test.ByField', ByField);
  const built = copy(new ByField('m'));
  assert.equal([built instanceof ByField, built.name], [true, 'ByField']);
  assert.match(built.stack ?? '', /^ByField: m\n/);
});

test('a subclass of DOMException can be registered', () => {
  class Quota extends DOMException {}
  registerErrorClass('test.Quota', Quota);
  const built = copy(new Quota('full', 'QuotaExceededError'));
  assert.equal([built instanceof Quota, built.name, built.message], [true, 'QuotaExceededError', 'full']);
});

test('registering refuses taken names and what is no error class', () => {
  class A extends Error {}
  class B extends Error {}
  registerErrorClass('test.taken', A);
  assert.throws(() => registerErrorClass('test.taken', B), /'test\.taken' belongs to another class/);
  assert.throws(() => registerErrorClass('TypeError', A), /belongs to another class/);
  assert.throws(() => registerErrorClass('@remoteobj/TimeoutError', A), /belongs to another class/);
  assert.throws(() => registerErrorClass('test.map', Map), /must be a subclass of Error/);
  assert.throws(() => registerErrorClass('test.arrow', () => undefined), /must be a subclass of Error/);
  assert.throws(() => registerErrorClass('', A), /name must be a string/);
});

test('errors of Node arrive as the built-in class they extend, with their code', () => {
  const wrongType = copy(thrownBy(() => readFileSync({} as string))) as Error & { code: string };
  assert.equal([wrongType instanceof TypeError, wrongType.code], [true, 'ERR_INVALID_ARG_TYPE']);
  const missing = copy(thrownBy(() => readFileSync('/does/not/exist'))) as Error & { code: string; path: string };
  assert.equal([missing.constructor, missing.code, missing.path], [Error, 'ENOENT', '/does/not/exist']);
});

test('a SuppressedError keeps both errors', () => {
  const Native = (
    globalThis as { SuppressedError?: new (error: unknown, suppressed: unknown, message: string) => Error }
  ).SuppressedError;
  const error =
    Native === undefined
      ? Object.assign(new Error('m'), { name: 'SuppressedError', error: 1, suppressed: 2 })
      : new Native(1, 2, 'm');
  const built = copy(error) as Error & { error: unknown; suppressed: unknown };
  assert.equal([built.name, built.message, built.error, built.suppressed], ['SuppressedError', 'm', 1, 2]);
  if (Native !== undefined) assert.ok(built instanceof Native);
});

test('the remote stack stands above the stack of the call, under one header', () => {
  const stack = 'RangeError: far\n    at far (remote.js:1:1)';
  const data = { className: 'RangeError', message: 'far', stack };
  const call = 'Error: ignored\n    at near (local.js:2:2)';
  const both = 'RangeError: far\n    at far (remote.js:1:1)\n    at --- remote call ---\n    at near (local.js:2:2)';
  assert.is(buildError(data, call).stack, both);
  assert.is(buildError({ ...data, stack: '    at far (remote.js:1:1)' }, call).stack, both);
  assert.is(
    buildError({ className: 'Error', message: 'm' }, '    at near (local.js:2:2)').stack,
    'Error: m\n    at --- remote call ---\n    at near (local.js:2:2)',
  );
  assert.is(buildError({ className: 'Error', message: 'm' }).stack, 'Error: m');
});

test('the header of a stack always tells name and message as they are', () => {
  const changed = new Error('before');
  changed.message = 'after';
  assert.match(copy(changed).stack ?? '', /^Error: after\n {4}at /);
  assert.not.match(copy(changed).stack ?? '', /before/);
  const tricky = new Error('first\n    at fake (x.js:1:1)');
  assert.match(copy(tricky).stack ?? '', /^Error: first\n {4}at fake \(x\.js:1:1\)\n {4}at (?!fake)/);
  const nameless = Object.assign(new Error('only'), { name: '' });
  assert.match(copy(nameless).stack ?? '', /^only\n/);
  assert.match(copy(new Error('')).stack ?? '', /^Error\n {4}at /);
});

test('the place of a syntax error stays in its stack', () => {
  const error = thrownBy(() => new vm.Script('let x = ;', { filename: '/tmp/broken.js' }));
  assert.match(copy(error).stack ?? '', /^SyntaxError: Unexpected token ';'\n {4}at \/tmp\/broken\.js:1\n {4}at /);
});

test('frames of engines that write no header are kept', () => {
  const stack = 'far@https://x.org/a.js:1:2\n@https://x.org/a.js:3:4';
  const error = Object.defineProperty(new Error('m'), 'stack', { value: stack });
  assert.is(errorToData(error).stack, stack);
});

test('huge errors are cut at whole characters, and say so', () => {
  const long = new Error('x'.repeat(65_535) + '😀' + 'y'.repeat(1e6));
  for (let i = 0; i < 300; i++) Object.assign(long, { [`p${i}`]: i });
  Object.defineProperty(long, 'stack', { value: `Error\n${'    at f (a.js:1:1)\n'.repeat(10_000)}` });
  const data = errorToData(long);
  assert.is(data.own.length, 256);
  assert.ok(data.message.isWellFormed());
  assert.ok(data.message.startsWith('x'.repeat(65_535)) && data.message.length < 65_700);
  assert.match(data.message, / \[1000002 more characters left out\] \[44 more own properties left out\]$/);
  assert.ok((data.stack ?? '').length < 33_000);
  assert.match(data.stack ?? '', /\n {4}at \[\d+ more characters left out\]$/);
});

test('nothing an error does is run or breaks the way', () => {
  const getters = new Error('m');
  for (const key of ['name', 'message', 'code', 'cause', 'errors', 'constructor', 'toJSON', 'extra']) {
    Object.defineProperty(getters, key, { get: never, enumerable: true });
  }
  const { stack: _, ...data } = errorToData(getters);
  assert.equal(data, { className: 'Error', message: '', own: [] });
  const ran: string[] = [];
  class Accessors extends Error {
    get code(): string {
      ran.push('code');
      return never();
    }
    get info(): string {
      ran.push('info');
      return never();
    }
    toJSON(): never {
      ran.push('toJSON');
      return never();
    }
  }
  const error = new Accessors('m');
  for (const key of ['errors', 'cause', 'extra'])
    Object.defineProperty(error, key, { get: () => ran.push(key), enumerable: true });
  assert.is(copy(error).name, 'Accessors');
  assert.equal(ran, []);
  const overridden = Object.defineProperty(new Error('m'), 'stack', { get: never });
  assert.not.ok((errorToData(overridden).stack ?? '').includes('code of the error ran'));
  const strange = Object.assign(new Error('m'), { name: {}, message: Symbol('odd'), stack: [1] });
  assert.is(errorToData(strange).message, 'Symbol(odd)');
});

test('a message that a class computes is taken from the stack', () => {
  class Computed extends Error {
    override get name(): string {
      return 'Shown';
    }
    override get message(): string {
      return 'two\nlines: of it';
    }
  }
  const built = copy(new Computed()) as RemoteError;
  assert.equal([built.remoteName, built.message], ['Computed', 'two\nlines: of it']);
  assert.match(built.stack ?? '', /^Computed: two\nlines: of it\n {4}at /);
});

test('a Proxy whose traps throw, a revoked one and objects without prototype are taken apart without throwing', () => {
  const traps = new Proxy({} as ProxyHandler<Error>, { get: () => never });
  const blank = { className: 'Error', message: '', own: [] };
  assert.equal(errorToData(new Proxy(new Error('m'), traps)), blank);
  const { proxy, revoke } = Proxy.revocable(new Error('m'), {});
  revoke();
  assert.equal(errorToData(proxy), blank);
  assert.equal(errorToData(Object.assign(Object.create(null) as object, { message: 'bare', a: 1 })), {
    className: 'Error',
    message: 'bare',
    own: [['a', 1]],
  });
  const list = Proxy.revocable([], {});
  list.revoke();
  assert.is(errorToData(Object.assign(new AggregateError([]), { errors: list.proxy })).errors, undefined);
  assert.is(copy(new Proxy(new RangeError('through'), {})).message, 'through');
});

test('a prepareStackTrace that throws or gives no text costs only the stack', () => {
  const holder = Error as { prepareStackTrace?: unknown };
  const before = holder.prepareStackTrace;
  try {
    holder.prepareStackTrace = never;
    const throwing = new Error('m');
    assert.is(errorToData(throwing).message, 'm');
    holder.prepareStackTrace = () => [1];
    assert.is(errorToData(new Error('m')).stack, undefined);
  } finally {
    holder.prepareStackTrace = before;
  }
});

test('errors in a circle and frozen errors are taken apart level by level', () => {
  const circle = new Error('round');
  circle.cause = circle;
  assert.is(errorToData(circle).cause?.value, circle);
  const frozen = Object.freeze(Object.assign(new Error('cold'), { a: 1 }));
  const built = copy(frozen) as Error & { a: number };
  built.a = 2;
  assert.is(built.a, 2);
});

test('data from the wire never sets what acts by itself', () => {
  const error = buildError({ className: 'Error', message: 'm' });
  const before = Object.getPrototypeOf(error) as object;
  const names = ['__proto__', 'constructor', 'then', 'toJSON', 'name', 'message', 'stack', 'cause'];
  const stack = error.stack;
  finishError(error, {
    own: [...names.map((name) => [name, never] as const), ['toString', never], ['valueOf', never], ['ok', 1]],
  });
  assert.is(Object.getPrototypeOf(error), before);
  assert.equal(Object.keys(error), ['ok']);
  assert.equal([error.message, error.stack, String(error)], ['m', stack, 'Error: m']);
  const remote = buildError({ className: 'Theirs', message: 'm' }) as RemoteError;
  finishError(remote, { own: [['remoteName', 'Forged']] });
  assert.is(remote.remoteName, 'Theirs');
});
