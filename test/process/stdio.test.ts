import { spawn } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Printing from './modules/printing.js';

const printing = new URL('./modules/printing.js', import.meta.url);

test('what a process prints into a pipe is read and dropped, and does not pile up there', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Printing>(printing, { stdio: ['pipe', 'pipe', 'pipe'] });
  await child.remote.print('x'.repeat(4_000_000));
  await child.close();
  assert.equal(await child.exited, { code: 0, signal: null, reason: 'returned' });
  await left.assertNone();
});
