import { currentCaller, withOptions } from '@remoteobj/core';
import { gate, pair, until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

test('the signal of a caller is aborted when the call is cancelled, or its connection ends; not when it is answered', async () => {
  const signals: AbortSignal[] = [];
  const { opened, open } = gate();
  const serve = (): Promise<void> => {
    signals.push(currentCaller().signal as AbortSignal);
    return opened;
  };
  const { remote, close } = await pair({ serve });
  const answered = remote.serve();
  await until(() => signals.length === 1);
  const controller = new AbortController();
  const cancelled = assert.rejects(withOptions(remote.serve, { signal: controller.signal })());
  await until(() => signals.length === 2);
  controller.abort();
  await cancelled;
  await until(() => signals[1]?.aborted === true);
  assert.is((signals[1] as AbortSignal).reason.name, 'AbortError');
  open();
  await answered;
  assert.is(signals[0]?.aborted, false);
  await close();
  assert.is(signals[0]?.aborted, false, 'it was over before');
});

test('what asks late for the signal of a caller that is gone gets one that is aborted', async () => {
  const served = gate<() => AbortSignal | undefined>();
  const serve = (): Promise<never> => {
    const caller = currentCaller();
    served.open(() => caller.signal);
    return new Promise(() => {});
  };
  const { any, connection } = await pair({ serve });
  const failed = assert.rejects(any.serve());
  const signal = await served.opened;
  await Promise.all([connection.close({ pending: 'refuse' }), failed]);
  await until(() => signal()?.aborted === true);
});

test('code that serves nobody has no such signal', () => {
  assert.is(currentCaller().signal, undefined);
});
