import * as except from '@remoteobj/except';
import { assert, test } from '../support/suite.js';

const {
  RemoteObjectError,
  NotListeningError,
  ConnectionClosedError,
  RemoteDiedError,
  TimeoutError,
  AccessDeniedError,
  UnserializableError,
  LimitError,
  DeadlockError,
  StaleReferenceError,
  SupervisorGaveUp,
  ProtocolError,
  RemoteError,
} = except;

const table = [
  ['NotListeningError', NotListeningError, 'ERR_NOT_LISTENING', 'no'],
  ['ConnectionClosedError', ConnectionClosedError, 'ERR_CONNECTION_CLOSED', 'unknown'],
  ['RemoteDiedError', RemoteDiedError, 'ERR_REMOTE_DIED', 'unknown'],
  ['TimeoutError', TimeoutError, 'ERR_TIMEOUT', 'unknown'],
  ['AccessDeniedError', AccessDeniedError, 'ERR_ACCESS_DENIED', 'no'],
  ['UnserializableError', UnserializableError, 'ERR_UNSERIALIZABLE', 'no'],
  ['LimitError', LimitError, 'ERR_LIMIT', 'no'],
  ['DeadlockError', DeadlockError, 'ERR_DEADLOCK', 'unknown'],
  ['StaleReferenceError', StaleReferenceError, 'ERR_STALE_REFERENCE', 'no'],
  ['SupervisorGaveUp', SupervisorGaveUp, 'ERR_GAVE_UP', 'no'],
  ['ProtocolError', ProtocolError, 'ERR_PROTOCOL', 'unknown'],
] as const;

test('every error has its name, its code and a default for executed', () => {
  for (const [name, Class, code, executed] of table) {
    const error = new Class('what happened');
    assert.ok(error instanceof RemoteObjectError && error instanceof Error, name);
    assert.equal([error.name, error.message, error.code, error.executed], [name, 'what happened', code, executed]);
    assert.is(String(error), `${name}: what happened`);
    assert.not.ok(Object.hasOwn(error, 'name'), name);
    assert.not.ok(Object.hasOwn(error, 'cause'), name);
  }
});

test('every error takes executed and cause', () => {
  for (const [name, Class] of table) {
    const error = new Class('m', { executed: 'yes', cause: null });
    assert.is(error.executed, 'yes', name);
    assert.is(error.cause, null);
    assert.not.ok(Object.keys(error).includes('cause'), name);
    assert.is(new Class('m', { executed: undefined }).executed, new Class('m').executed);
  }
});

test('errors carry what belongs to them', () => {
  const died = new RemoteDiedError('gone', { exitCode: null, signal: 'SIGKILL', stderrTail: 'tail' });
  assert.equal([died.exitCode, died.signal, died.stderrTail], [null, 'SIGKILL', 'tail']);
  const blank = new RemoteDiedError('gone');
  assert.equal([blank.exitCode, blank.signal, blank.stderrTail], [null, null, '']);
  assert.is(new RemoteDiedError('gone', { exitCode: 0 }).exitCode, 0);
  assert.is(new UnserializableError('no', { path: 'args[0].x' }).path, 'args[0].x');
  const cycle = [{ process: 'a', view: '(?.f())', waited: 12 }];
  assert.is(new DeadlockError('circle', { cycle }).cycle, cycle);
});

test('a subclass outside this package brings its own code', () => {
  class PipelineError extends RemoteObjectError {
    constructor(message: string) {
      super(message, { code: 'ERR_PIPELINE' });
    }
  }
  const error = new PipelineError('stage 2');
  assert.equal([error.code, error.executed, 'cause' in error], ['ERR_PIPELINE', 'unknown', false]);
});

test('a remote error shows the name that its class has on the other side', () => {
  const error = new RemoteError('m', { remoteName: 'TheirError', remote: { name: 'worker-1', pid: 7 }, cause: 1 });
  assert.equal(
    [error.name, error.remoteName, error.remote, error.cause],
    ['TheirError', 'TheirError', { name: 'worker-1', pid: 7 }, 1],
  );
  assert.is(String(error), 'TheirError: m');
  assert.not.ok('remote' in new RemoteError('m'));
});
