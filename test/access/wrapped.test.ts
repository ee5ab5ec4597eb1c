import { AccessDeniedError, byReference, byValue } from 'remoteobj';
import { pair } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class Hidden {
  secret = 'hidden';
}

const target = {
  process: () => byReference(process),
  copied: () => byValue(process),
  make: () => byReference(Function),
  later: async () => byReference(byValue(globalThis)),
  hidden: () => byReference(new Hidden()),
};

for (const policy of ['trusted', 'exposed'] as const) {
  test(`what gives away the whole process is not reached through a wrapper, ${policy}`, async () => {
    const { any, close } = await pair(target, { expose: { policy } });
    await assert.rejects(any.process().pid, AccessDeniedError);
    await assert.rejects(any.process().exit(1), AccessDeniedError);
    await assert.rejects(any.copied().pid, AccessDeniedError);
    await assert.rejects(any.make()('return 1')(), AccessDeniedError);
    await assert.rejects(any.later().process.pid, AccessDeniedError);
    await assert.rejects(async () => any.process(), /gives away the whole process/);
    await close();
  });
}

test('the rule for a class holds behind a wrapper', async () => {
  const { any, close } = await pair(target, { expose: { policy: 'exposed' } });
  await assert.rejects(any.hidden().secret, AccessDeniedError);
  await assert.rejects(any.hidden().how, AccessDeniedError);
  await close();
});
