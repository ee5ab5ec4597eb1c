import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { nonBlocking, type NonBlocking } from '@remoteobj/concurrent';
import { remoteModule } from '@remoteobj/core';
import { ConnectionClosedError, DeadlockError, RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { spawn } from '@remoteobj/process';
import { gate, until, type Untyped } from '../support/pair.js';
import { assert, nextUnhandledRejection, test, watchLeftovers } from '../support/suite.js';
import type { Device as RealDevice } from './modules/device.js';

const { Device } = remoteModule<typeof import('./modules/device.js')>(new URL('./modules/device.js', import.meta.url));

for (const threaded of [false, true]) {
  const kind = threaded ? 'thread' : 'process';

  test(`${kind}: nb_ gives a promise at once, while everything else waits, in one order`, async () => {
    const leftovers = watchLeftovers();
    const NB = nonBlocking(Device, { methods: ['block', 'snap', 'move'], threaded });
    const device: NonBlocking<RealDevice, 'block' | 'snap' | 'move'> = new NB('camera', 2);
    const blocking = device.nb_block(async () => delay(1)); // a timer of this thread lets it go on
    assert.instance(blocking, Promise);
    const place = await blocking;
    assert.is(await device.nb_snap(200), 'camera: 400');
    void device.nb_snap(1);
    const moved = device.nb_move(2);
    assert.is(device.snap(3), 'camera: 6');
    assert.is(await moved, 2);
    const log = ['snap 200', 'snapped 200', 'snap 1', 'snapped 1', 'move 2', 'moved 2', 'snap 3', 'snapped 3'];
    assert.equal(device.log, log, 'an asynchronous method ends before the next one begins');
    assert.is(device.place, place);
    const [pid, thread] = place.split('/').map(Number);
    assert.is(pid === process.pid, threaded);
    assert.is(thread === 0, !threaded);
    await device.close();
    await device.close();
    await leftovers.assertNone();
  });

  test(`${kind}: members are those of the object, in blocking form`, async () => {
    const NB = nonBlocking(Device, { threaded });
    await using device = new NB('camera');
    assert.is(device.gain, 1);
    device.gain = 4;
    assert.is(device.gain, 4);
    assert.is(device.snap(1), 'camera: 4');
    assert.is(device.name, 'camera');
    assert.equal(device.options, { fast: true });
    assert.ok('snap' in device && 'gain' in device && 'nb_snap' in device);
    assert.not('nothing' in device);
    assert.equal(Object.keys(device), ['gain', 'options', 'log', 'onClose']);
    assert.ok(delete (device as Untyped).options);
    assert.is(device.options, undefined);
    assert.equal(Object.keys(device), ['gain', 'log', 'onClose']);
    assert.is((device as Untyped).nothing, undefined);
    assert.throws(() => (device as Untyped).nothing(), TypeError);
    assert.is((device as Untyped).axis().go(5), 5);
    assert.is(await device, device);
    assert.is(JSON.stringify(device), '{"gain":4,"log":["snap 1","snapped 1"]}');
  });

  test(`${kind}: what is called back is served while a member waits`, async () => {
    const NB = nonBlocking(Device, { threaded });
    await using device = new NB('camera');
    const told: number[] = [];
    assert.is(
      device.count(3, (n) => told.push(n)),
      3,
    );
    assert.equal(told, [1, 2, 3]);
    assert.is(await device.nb_count(2, (n) => told.push(n)), 2);
    await until(() => told.length === 5);
  });

  test(`${kind}: errors have both stacks and their own properties`, async () => {
    const NB = nonBlocking(Device, { threaded });
    await using device = new NB('camera');
    const awaited: Error = await assert.rejects(device.nb_fail(), RangeError);
    let thrown: Untyped;
    try {
      device.fail();
    } catch (error) {
      thrown = error;
    }
    for (const error of [awaited, thrown] as Untyped[]) {
      assert.is(error.temperature, 90);
      assert.match(error.stack, /at Device\.fail .*device\.ts/);
      assert.match(error.stack, /--- remote call ---(?:.|\n)*non-blocking\.test\.ts/);
    }
    await assert.rejects((device as Untyped).nb_nothing(), /there is no method 'nothing'/);
  });

  test(`${kind}: replicas share the nb_ methods; the rest belongs to the first`, async () => {
    const leftovers = watchLeftovers();
    const NB = nonBlocking(Device, { workers: 3, threaded });
    const device = new NB('camera');
    const all = gate();
    let begun = 0;
    const begin = (): Promise<void> => {
      if (++begun === 3) all.open();
      return all.opened;
    };
    const places = await Promise.all([device.nb_meet(begin), device.nb_meet(begin), device.nb_meet(begin)]);
    assert.is(new Set(places).size, 3);
    assert.is(device.place, places[0]);
    await device.close();
    await leftovers.assertNone();
  });

  test(`${kind}: a replica that died gets no more calls, the others go on`, async () => {
    const leftovers = watchLeftovers();
    const NB = nonBlocking(Device, { workers: 3, threaded });
    const device = new NB('camera');
    const first = gate();
    const busy = device.nb_meet(() => first.opened); // the first has something to do, so it is the second that dies
    await assert.rejects(device.nb_die(), RemoteDiedError);
    first.open();
    const left = [await busy];
    for (let i = 0; i < 3; i++) {
      const both = gate();
      let begun = 0;
      const begin = async (): Promise<void> => {
        if (++begun === 2) both.open();
        await both.opened;
      };
      left.push(...(await Promise.all([device.nb_meet(begin), device.nb_meet(begin)])));
    }
    assert.is(new Set(left).size, 2);
    await device.close();
    await leftovers.assertNone();
  });

  test(`${kind}: an owner that dies is an error of whatever is asked, and closing is quiet`, async () => {
    const leftovers = watchLeftovers();
    const NB = nonBlocking(Device, { threaded });
    const first = new NB('camera');
    await assert.rejects(first.nb_die(), RemoteDiedError);
    assert.throws(() => first.gain, /ended/);
    await first.close();
    const second = new NB('camera');
    const dying = second.nb_die();
    assert.throws(
      () => second.gain,
      (error: unknown) => error instanceof RemoteDiedError,
    );
    await assert.rejects(dying, RemoteDiedError);
    await second.close();
    await leftovers.assertNone();
  });

  test(`${kind}: the error of the constructor is that of everything, and nothing is left`, async () => {
    const leftovers = watchLeftovers();
    const NB = nonBlocking(Device, { threaded });
    const blocked = new NB('');
    assert.throws(() => blocked.gain, /a device needs a name/);
    await assert.rejects(blocked.nb_snap(1), /a device needs a name/);
    await blocked.close();
    const unhandled = nextUnhandledRejection();
    const unused = new NB('');
    assert.match(((await unhandled) as Error).message, /a device needs a name/);
    await unused.close();
    await leftovers.assertNone();
  });
}

test('close runs the close of the real object, and its error is told when the process has ended', async () => {
  const leftovers = watchLeftovers();
  const NB = nonBlocking(Device);
  const closed: string[] = [];
  const device = new NB('camera');
  (device as Untyped).onClose = (name: string) => closed.push(name);
  const snapped = device.nb_snap(50);
  await device.close();
  assert.equal(closed, ['camera']);
  assert.is(await snapped, 'camera: 50');
  assert.throws(() => device.gain, /closed/);
  const failing = new NB('camera');
  (failing as Untyped).onClose = () => {
    throw new Error('the shutter is stuck');
  };
  await assert.rejects(failing.close(), /the shutter is stuck/);
  await leftovers.assertNone();
});

test('a callback that blocks on another method of the same object is an error instead of a hang', async () => {
  const isDeadlock = (error: unknown): boolean =>
    error instanceof DeadlockError && error.message.includes('Device-owner-1');
  const NB = nonBlocking(Device);
  await using device = new NB('camera');
  await assert.rejects(
    device.nb_meet(async () => void device.snap(1)),
    isDeadlock,
  );
  assert.throws(() => device.meet(async () => void device.snap(1)), isDeadlock);
  assert.is(device.snap(2), 'camera: 2', 'it goes on');
  const { opened, open } = gate();
  const begun = gate();
  const meeting = device.nb_meet(() => (begun.open(), opened));
  await begun.opened;
  const waiting = device.nb_snap(3);
  open();
  assert.is(await waiting, 'camera: 3', 'others just wait for their turn');
  await meeting;
});

test('a method or property that gives the object itself gives the instance', async () => {
  const NB = nonBlocking(Device);
  await using device = new NB('camera');
  assert.is(device.itself(), device);
  assert.is(device.me, device as Untyped);
  assert.is(await (device as Untyped).nb_itself(), device);
  assert.is(await (device as Untyped).nb_itselfLater(), device);
  class Mine extends NB {
    extra = 1;
  }
  await using mine = new Mine('camera');
  assert.is((mine.itself() as unknown as Mine).extra, 1);
});

test('a function that an object has for a while is no method of the class', async () => {
  const NB: Untyped = nonBlocking(Device);
  await using device = new NB('camera');
  await using other = new NB('other');
  device.listen(true);
  assert.type(device.onClose, 'function');
  assert.is(other.onClose, undefined);
  device.listen(false);
  assert.is(device.onClose, undefined);
  assert.is(device.snap, other.snap, 'which stays the same');
  device.snap = 5;
  assert.is(other.snap(1), 'other: 1');
  assert.is(device.snap, 5);
});

test('an instance is used in another process like any object', async () => {
  const NB = nonBlocking(Device);
  await using device = new NB('camera');
  await using user = await spawn<typeof import('./modules/device.js')>(new URL('./modules/device.js', import.meta.url));
  assert.equal(await user.remote.useDevice(device), ['camera: 3', 'camera: 6', 3]);
});

test('an object that was closed before it was made says so, by class and member', async () => {
  const leftovers = watchLeftovers();
  const NB = nonBlocking(Device);
  const device = new NB('stuck');
  await assert.rejects(device.close({ timeout: 0 }), TimeoutError);
  await assert.rejects(device.nb_snap(1), /^Device\.snap: the object is closed/);
  assert.throws(() => device.gain, /^Device\.gain: the object is closed/);
  await leftovers.assertNone();
});

test('a time limit for close that makes no sense is refused, and nothing is closed', async () => {
  const NB = nonBlocking(Device);
  await using device = new NB('camera');
  await assert.rejects(device.close({ timeout: -1 }), /Device\.close: timeout must be .*, not -1/);
  assert.is(device.snap(1), 'camera: 1');
});

test('printing an instance sends nothing, also after its end, and errors then name class and member', async () => {
  const NB = nonBlocking(Device);
  const device = new NB('');
  assert.is(inspect(device), 'Device [elsewhere]', 'an error of the constructor would have been thrown');
  await assert.rejects(device.nb_snap(1), /a device needs a name/);
  await device.close();
  const closed = new NB('camera');
  await closed.close();
  assert.is(inspect(closed), 'Device [elsewhere]');
  const names = (text: string) => (error: unknown) =>
    error instanceof ConnectionClosedError && error.executed === 'no' && error.message.startsWith(text);
  assert.throws(() => closed.snap(1), names('Device.snap: '));
  assert.throws(() => (closed.gain = 1), names('Device.gain: '));
  await assert.rejects(closed.nb_snap(1), names('Device.snap: '));
});

test('a subclass has members of its own, overrides others, and reaches them with super', async () => {
  const NB = nonBlocking(Device, { methods: ['snap'] });
  class Mine extends NB {
    static readonly limit = 3;
    taken = 0;
    readonly #label: string;
    constructor(label: string) {
      super(`real ${label}`, 2);
      this.#label = label;
    }
    override readonly nb_snap = async (milliseconds: number): Promise<string> => {
      this.taken++;
      return `${this.#label} ${await super.nb_snap(milliseconds)}`;
    };
    override snap(milliseconds: number): string {
      return `(${super.snap(milliseconds)})`;
    }
    twice(): string {
      return this.snap(1) + this.snap(1);
    }
  }
  await using mine = new Mine('one');
  assert.is(await mine.nb_snap(1), 'one real one: 2');
  assert.is(mine.twice(), '(real one: 2)(real one: 2)');
  assert.is(mine.taken, 1);
  assert.ok(mine instanceof Mine && mine instanceof NB);
  assert.is(Mine.limit, 3);
  assert.is(Mine.model, 'D1');
  assert.is(mine.gain, 2);
});

test('a method of a subclass may override an nb_ method as well', async () => {
  const NB: Untyped = nonBlocking(Device);
  class Mine extends NB {
    async nb_snap(milliseconds: number): Promise<string> {
      return `mine ${await super.nb_snap(milliseconds)}`;
    }
  }
  const mine = new (Mine as Untyped)('camera');
  assert.is(await mine.nb_snap(1), 'mine camera: 1');
  const detached = mine.nb_snap as () => Promise<string>;
  await assert.rejects(() => detached(), TypeError);
  await mine.close();
});

test('statics are those of the class, in the process where the first object lives', async () => {
  const leftovers = watchLeftovers();
  const NB = nonBlocking(Device);
  assert.is(NB.name, 'Device');
  assert.is(NB.model, 'D1');
  NB.model = 'D2';
  const device = new NB('camera');
  assert.equal(NB.list(), ['D2-a', 'D2-b'], 'it moved in where the statics were');
  await device.close();
  assert.is(NB.model, 'D1');
  await NB[Symbol.asyncDispose]();
  await leftovers.assertNone();
});

test('delegateArgs says what the constructor of the real object gets', async () => {
  const numbered = nonBlocking(Device, {
    workers: 2,
    delegateArgs: (replica: number, name: string) => [`${name} ${replica}`],
  });
  await using device = new numbered('camera');
  const snaps = await Promise.all([device.nb_snap(20), device.nb_snap(20)]);
  assert.equal(snaps, ['camera 0: 20', 'camera 1: 20']);
  const without = nonBlocking(Device, { delegateArgs: false });
  await using bare = new without('camera');
  assert.is(bare.name, undefined as Untyped);
});

test('methods that are not listed have no nb_ form', async () => {
  const NB = nonBlocking(Device, { methods: ['snap'] });
  await using device = new NB('camera');
  assert.is((device as Untyped).nb_move, undefined);
});

test('wrong classes and options are refused by name', async () => {
  const call = nonBlocking as Untyped;
  assert.throws(() => call(class {}), /remoteModule<typeof import/);
  assert.throws(() => call(Device, { workers: 0 }), /workers must be a whole number from 1, not 0/);
  assert.throws(() => call(Device, { method: [] }), /there is no option 'method'; there are methods, workers/);
  assert.throws(() => call(Device, { methods: 'snap' }), /methods must be a list of names/);
  const missing: Untyped = nonBlocking(
    (remoteModule(new URL('./modules/device.js', import.meta.url)) as Untyped).Camera,
  );
  const object = new missing();
  await assert.rejects(object.nb_snap(1), /nothing of that name/);
  await object.close();
});

test('an object that hangs is ended by closing it', async () => {
  const leftovers = watchLeftovers();
  const NB = nonBlocking(Device);
  const device = new NB('camera');
  const begun = gate();
  const hanging = device.nb_hang(() => begun.open());
  await begun.opened;
  const closing = device.close({ timeout: 0 });
  await Promise.all([assert.rejects(hanging, RemoteDiedError), assert.rejects(closing, TimeoutError)]);
  await leftovers.assertNone();
});
