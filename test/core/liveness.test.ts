import { connect, connectionOf, expose, sync, type Frame, type Receiver, type Transport } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import { gate, turn, until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

type Gate = ReturnType<typeof gate<void>>;

/** What is served: something that takes as long as the test wants. */
class Slow {
  readonly #opened = new Map<string, Gate>();
  wait(name: string): Promise<void> {
    return this.at(name).opened;
  }
  at(name: string): Gate {
    const there = this.#opened.get(name) ?? gate<void>();
    this.#opened.set(name, there);
    return there;
  }
  quick(): number {
    return 1;
  }
}

/** An end whose frames can be kept from it, as if nobody took them in. */
class Stoppable implements Transport {
  readonly peer = 'same' as const;
  readonly #inner: Transport;
  readonly #kept: Frame[] = [];
  #receiver: Receiver | undefined;
  #stopped = false;
  /** Heads that were kept. */
  readonly heads: string[] = [];
  /** Stands for waiting without turning the event loop. */
  readonly block = (milliseconds: number): boolean => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(milliseconds, 5));
    return false;
  };

  constructor(inner: Transport) {
    this.#inner = inner;
  }
  stop(): void {
    this.#stopped = true;
  }
  goOn(): void {
    this.#stopped = false;
    for (const frame of this.#kept.splice(0)) this.#receiver?.frame(frame);
  }
  send(frame: Frame): boolean {
    return this.#inner.send(frame);
  }
  listen(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#inner.listen({
      frame: (frame) => {
        if (!this.#stopped) return receiver.frame(frame);
        this.heads.push(Buffer.from(frame.head).toString('hex'));
        this.#kept.push(frame);
      },
      drained: () => receiver.drained(),
      closed: (reason) => receiver.closed(reason),
    });
  }
  keepAlive(): void {}
  close(reason?: Error): Promise<void> {
    return this.#inner.close(reason);
  }
}

const limit = 60;
const ping = '16';

async function stoppable(unresponsiveAfter = limit) {
  const [here, there] = memoryPair();
  const far = new Stoppable(there);
  const near = new Stoppable(here);
  const slow = new Slow();
  expose(slow, far);
  const remote = connect<Slow>(near, { unresponsiveAfter });
  const connection = connectionOf(remote);
  assert.is(await remote.quick(), 1);
  const events: string[] = [];
  const next = (event: 'unresponsive' | 'responsive'): Promise<void> =>
    new Promise((resolve) => {
      const stop = connection.on(event, () => {
        stop();
        resolve();
      });
    });
  const listen = (): void => {
    connection.on('unresponsive', () => events.push('unresponsive'));
    connection.on('responsive', () => events.push('responsive'));
  };
  return { remote, connection, slow, far, near, events, next, listen };
}

/** The event loop turns; nothing here can be waited for but time. */
function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

test('an end that takes nothing in while a call waits is unresponsive, and responsive when it does so again', async () => {
  const { remote, connection, slow, far, events, next, listen } = await stoppable();
  listen();
  far.stop();
  const call = Promise.resolve(remote.wait('a'));
  await next('unresponsive');
  assert.equal(events, ['unresponsive']);
  assert.equal(
    far.heads.filter((head) => head === ping),
    [ping],
    'one ping is enough for one silence',
  );
  const back = next('responsive');
  far.goOn();
  await back;
  assert.equal(events, ['unresponsive', 'responsive']);
  slow.at('a').open();
  await call;
  await connection.close();
});

test('it is told again of the next silence, and an end that was given up is not', async () => {
  const { remote, connection, far, events, next, listen } = await stoppable();
  listen();
  for (let i = 0; i < 2; i++) {
    far.stop();
    const call = Promise.resolve(remote.quick());
    await next('unresponsive');
    const back = next('responsive');
    far.goOn();
    await Promise.all([call, back]);
  }
  assert.equal(events, ['unresponsive', 'responsive', 'unresponsive', 'responsive']);
  far.stop();
  const lost = Promise.resolve(remote.quick());
  await next('unresponsive');
  await connection.close({ pending: 'refuse' });
  await assert.rejects(lost, /closed/);
  far.goOn();
  await turn();
  assert.is(events.filter((event) => event === 'responsive').length, 2);
});

test('of a silence without limit nobody is told, and nothing is asked', async () => {
  const { remote, connection, far, events, listen } = await stoppable(Infinity);
  listen();
  far.stop();
  const call = Promise.resolve(remote.quick());
  for (let i = 0; i < 5; i++) await pass(1); // what Node makes of Infinity
  assert.not(far.heads.includes(ping));
  assert.equal(events, []);
  far.goOn();
  assert.is(await call, 1);
  await connection.close();
});

test('a call that takes long is no silence: the other end answers the pings', async () => {
  const { remote, connection, slow, events, listen } = await stoppable();
  listen();
  const before = connection.stats().framesReceived;
  const call = Promise.resolve(remote.wait('long'));
  await until(() => connection.stats().framesReceived - before >= 20);
  assert.equal(events, []);
  slow.at('long').open();
  await call;
  await connection.close();
});

/** Timers that are started from now on, those of `pass` aside. */
function startedTimers(): { readonly count: number; stop(): void } {
  const real = globalThis.setTimeout;
  const started = { count: 0, stop: (): void => void (globalThis.setTimeout = real) };
  const counting = (...args: Parameters<typeof real>): ReturnType<typeof real> => {
    if (args[1] !== 3 * limit) started.count++;
    return real(...args);
  };
  globalThis.setTimeout = Object.assign(counting, real);
  return started;
}

test('while no call waits, or nobody wants to know, nothing is sent, and there is no timer', async () => {
  const { remote, connection, slow, events, listen } = await stoppable();
  const frames = (): number => connection.stats().framesSent;
  const timers = startedTimers();
  const call = Promise.resolve(remote.wait('unwatched'));
  await turn();
  const sent = frames();
  await pass(3 * limit);
  assert.is(frames(), sent, 'nobody listens');
  assert.is(timers.count, 0);
  slow.at('unwatched').open();
  await call;
  listen();
  const idle = frames();
  await pass(3 * limit);
  assert.is(frames(), idle, 'no call waits');
  assert.is(timers.count, 0);
  const watched = Promise.resolve(remote.wait('watched'));
  await until(() => timers.count >= 2);
  slow.at('watched').open();
  await watched;
  await pass(3 * limit); // the last look
  const over = timers.count;
  await pass(3 * limit);
  assert.is(timers.count, over);
  timers.stop();
  assert.equal(events, []);
  await connection.close();
});

test('a listener that was removed is not told', async () => {
  const { remote, connection, far, next } = await stoppable();
  let told = 0;
  const stop = connection.on('unresponsive', () => told++);
  far.stop();
  const call = Promise.resolve(remote.quick());
  stop();
  await next('unresponsive');
  assert.is(told, 0);
  far.goOn();
  await call;
  await connection.close();
});

/** This thread stands still, so that the next look comes late. */
function blockHere(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * limit);
}

test('a silence in which our own event loop was blocked is none', async () => {
  const { remote, connection, slow, events, listen } = await stoppable();
  listen();
  const call = Promise.resolve(remote.wait('blocked'));
  const before = connection.stats().framesReceived;
  for (let i = 0; i < 5; i++) {
    blockHere();
    await turn();
  }
  await until(() => connection.stats().framesReceived > before);
  assert.equal(events, []);
  slow.at('blocked').open();
  await call;
  await connection.close();
});

test('what has arrived while our own event loop was blocked is taken in before the silence is told', async () => {
  const { remote, connection, slow, far, near, events, listen } = await stoppable();
  listen();
  far.stop();
  near.stop();
  const call = Promise.resolve(remote.wait('under way'));
  await until(() => far.heads.includes(ping));
  blockHere();
  await turn(); // a look, which counts less than the limit
  far.goOn();
  setImmediate(() => near.goOn()); // the answer arrives behind the next look, with which the silence would be too long
  blockHere();
  await turn();
  await turn();
  assert.equal(events, []);
  slow.at('under way').open();
  await call;
  await connection.close();
});

test('an end of the link in the very turn in which the silence has become too long leaves nothing to do', async () => {
  const { remote, connection, far, events, listen } = await stoppable();
  listen();
  far.stop();
  const call = assert.rejects(Promise.resolve(remote.wait('lost')), /closed/);
  await until(() => far.heads.includes(ping));
  blockHere();
  await turn();
  const closed = gate<void>();
  // Behind the next look.
  setTimeout(() => void connection.close({ pending: 'refuse' }).then(closed.open, closed.fail), 2 * limit);
  blockHere();
  await closed.opened;
  await call;
  const real = globalThis.setImmediate;
  let turns = 0;
  globalThis.setImmediate = Object.assign((...args: Parameters<typeof real>) => (turns++, real(...args)), real);
  await pass(limit);
  globalThis.setImmediate = real;
  assert.is(turns, 0);
  assert.equal(events, []);
});

test('a clock that jumps, as after the sleep of the machine, is no silence', async () => {
  const { remote, connection, slow, far, events, listen } = await stoppable(2000);
  listen();
  const real = performance.now;
  const wall = Date.now;
  let jumped = 0;
  performance.now = () => real.call(performance) + jumped;
  Date.now = () => wall() + jumped;
  try {
    far.stop();
    const call = Promise.resolve(remote.wait('asleep'));
    await until(() => far.heads.includes(ping));
    for (let i = 0; i < 3; i++) {
      jumped += 3_600_000;
      await pass(300); // more than one look
    }
    assert.equal(events, []);
    far.goOn();
    slow.at('asleep').open();
    await call;
  } finally {
    performance.now = real;
    Date.now = wall;
  }
  await connection.close();
});

test('a thread that blocks looks as well, and hears of it when it goes on', async () => {
  const { remote, connection, far, events, listen } = await stoppable(100);
  listen();
  far.stop();
  assert.throws(() => sync(remote, { timeout: 1000 }).quick(), /no answer within 1000 ms/);
  assert.equal(events, [], 'the thread has not gone on yet');
  await turn();
  assert.equal(events, ['unresponsive']);
  far.goOn();
  await until(() => events.length === 2);
  assert.equal(events, ['unresponsive', 'responsive']);
  await connection.close();
});

test('an event that does not exist and a limit that is none are refused by name', async () => {
  const { connection, near } = await stoppable();
  assert.throws(
    () => connection.on('dead' as 'error', () => {}),
    /no event 'dead'; it has: error, unresponsive, responsive/,
  );
  assert.throws(() => connect(near, { unresponsiveAfter: 0 }), /unresponsiveAfter must be/);
  assert.throws(() => connect(near, { unresponsiveAfter: Number.NaN }), /unresponsiveAfter must be/);
  await connection.close();
});
