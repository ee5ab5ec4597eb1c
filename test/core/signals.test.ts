import { withOptions } from '@remoteobj/core';
import { pair, turn, until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

const collect = (): void => globalThis.gc?.();

class Target {
  readonly heard: unknown[] = [];
  readonly met: unknown[] = [];
  kind(value: unknown): string {
    return value instanceof AbortSignal ? `signal, ${value.aborted ? 'aborted' : 'open'}` : typeof value;
  }
  meet(value: unknown): void {
    this.met.push(value);
  }
  echo(value: unknown): unknown {
    return value;
  }
  /** Over at once; only its listener knows the signal from then on. */
  listen(signal: AbortSignal): void {
    signal.addEventListener('abort', () => this.heard.push(signal.reason), { once: true });
  }
  never(): Promise<void> {
    return new Promise(() => {});
  }
}

test('a signal arrives as a signal each time it is passed, and as the same one', async () => {
  const target = new Target();
  const { any, close } = await pair(target);
  const controller = new AbortController();
  const { signal } = controller;
  assert.is(await any.kind(signal), 'signal, open');
  assert.equal(await Promise.all([any.kind(signal), any.kind(signal)]), ['signal, open', 'signal, open']);
  await any.meet(signal);
  await any.meet(signal);
  assert.ok(target.met[0] === target.met[1]);
  controller.abort(new RangeError('mine'));
  assert.is(await any.kind(signal), 'signal, aborted');
  const first = target.met[0] as AbortSignal;
  assert.ok(first.aborted && first.reason instanceof RangeError);
  await close();
});

test('calls that share a signal hear its reason, those that came later too', async () => {
  const target = new Target();
  const { any, connection, close } = await pair(target);
  const controller = new AbortController();
  await any.listen(controller.signal);
  await Promise.all([any.listen(controller.signal), any.listen(controller.signal)]);
  controller.abort('why');
  await connection.flush();
  assert.equal(target.heard, ['why', 'why', 'why']);
  await close();
});

test('a signal that was listened to by a call that is over is heard after collections', async () => {
  const target = new Target();
  const { any, connection, close } = await pair(target);
  const controller = new AbortController();
  await any.listen(controller.signal);
  for (let i = 0; i < 5; i++) {
    collect();
    await turn();
  }
  controller.abort('after all');
  await connection.flush();
  assert.equal(target.heard, ['after all']);
  await until(() => {
    collect();
    return connection.stats().exported === 0;
  });
  await close();
});

test('no signal is left on either side after 10,000 that never aborted', async () => {
  const { any, connection, server, close } = await pair(new Target());
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 1000 }, () => any.kind(new AbortController().signal)));
    await any.echo({ signal: new AbortController().signal });
  }
  await until(() => {
    collect();
    return connection.stats().exported === 0 && server.stats().exported === 0;
  });
  await close();
});

test('a hundred calls of one signal are one listener of it, and none once they are over', async () => {
  const { any, close } = await pair(new Target());
  const controller = new AbortController();
  let listeners = 0;
  let most = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    most = Math.max(most, ++listeners);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  await Promise.all(Array.from({ length: 100 }, () => withOptions(any.kind, { signal })(1)));
  assert.equal([most, listeners], [1, 0]);
  const calls = Array.from({ length: 100 }, () => withOptions(any.never, { signal })(signal));
  await turn();
  assert.is(listeners, 1);
  controller.abort('enough');
  const ends = await Promise.allSettled(calls);
  assert.ok(ends.every((end) => end.status === 'rejected' && end.reason === 'enough'));
  await close();
});
