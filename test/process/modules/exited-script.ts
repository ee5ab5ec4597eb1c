/** A program in which nothing but `exited` of a child is waited for; its argument says how that ends. */
import { spawn, spawnThread } from '@remoteobj/process';

const service = new URL('./service.js', import.meta.url);

switch (process.argv[2]) {
  case 'killed': {
    const child = await spawn<typeof import('./service.js')>(service);
    process.kill(child.pid as number, 'SIGKILL');
    console.log(JSON.stringify(await child.exited));
    break;
  }
  case 'hung': {
    const child = await spawn<typeof import('./service.js')>(service, { hangTimeout: 200 });
    await Promise.allSettled([child.remote.spin(() => Promise.resolve())]);
    console.log(JSON.stringify(await child.exited));
    break;
  }
  case 'thread': {
    const child = await spawnThread<typeof import('./service.js')>(service);
    const { exited } = child;
    await child.remote.exitLater(3); // the end of a call lets go of the thread
    console.log(JSON.stringify(await exited));
    break;
  }
  default:
    throw new Error('say how it is to end');
}
