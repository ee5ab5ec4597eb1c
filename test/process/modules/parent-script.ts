/** A program that starts something and then does what its argument says; it prints `ready` when that begins. */
import { spawn, spawnThread } from '@remoteobj/process';
import type * as Service from './service.js';

const [does, daemon = 'true'] = process.argv.slice(2);
const service = new URL('./service.js', import.meta.url);
const child =
  does === 'ends with a thread'
    ? await spawnThread<typeof Service>(service)
    : await spawn<typeof Service>(service, { daemon: daemon === 'true' });
if (does !== 'waits for the first call of a busy child') await child.remote.add(1, 2);
const ready = (): void => console.log('ready');

switch (does) {
  case 'waits':
    ready();
    setInterval(() => {}, 60_000);
    break;
  case 'waits for a busy child':
  case 'waits for the first call of a busy child':
    await child.remote.spin(ready);
    break;
  case 'waits for a child that outlives it':
    await child.remote.outlive();
    ready();
    setInterval(() => {}, 60_000);
    break;
  case 'exits':
    ready();
    process.exit(0);
    break;
  case 'throws':
    ready();
    throw new Error('on purpose');
  default:
    ready(); // and ends, without closing anything
}
