import { Except, job, pool } from 'remoteobj';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Modules from './modules/waiting.js';

const module = new URL('./modules/waiting.js', import.meta.url);

test('jobs and maps that share an Except each record their own failure, though it is the same error', async () => {
  const left = watchLeftovers();
  {
    await using workers = pool<typeof Modules>(module, { size: 1, threaded: true });
    const [errors, stop] = [new Except(), new Error('stop')];
    const fail = (): never => {
      throw stop;
    };
    const options = { errors, onError: 'collect' } as const;
    await Promise.all([workers.map(fail, [1, 2, 3], options), workers.map(fail, [1, 2, 3], options)]);
    assert.is(errors.size, 6);
    const jobs = ['A', 'B'].map((name) => job(workers.remote.echo, [new Promise(() => {})], { errors, name }));
    await Promise.all(jobs.map((one) => one.throw(stop)));
    await Promise.allSettled(jobs.map((one) => one.result));
    assert.equal([errors.group('A'), errors.group('B')], [[stop], [stop]]);
  }
  await left.assertNone();
});
