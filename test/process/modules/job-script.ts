/** A program with a job that fails; its argument says whether anybody asks about that. */
import { remoteModule } from '@remoteobj/core';
import { job } from '@remoteobj/process';

const jobs = remoteModule<typeof import('./jobs.js')>(new URL('./jobs.js', import.meta.url));

switch (process.argv[2]) {
  case 'unasked':
    await job(jobs.fail, ['unheard']).exited;
    break;
  case 'odd':
    await job(jobs.failOddly).exited;
    break;
  case 'asked':
    await job(jobs.fail, ['heard']).result.catch(() => {});
    break;
  case 'a daemon':
  case 'no daemon': {
    const daemon = process.argv[2] === 'a daemon';
    const printing = job(jobs.printAfter, [daemon ? Infinity : 1000], { daemon });
    for await (const _ of printing) process.exit(0);
    break;
  }
  case 'collected': {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    await job(jobs.fail, ['unheard'], { threaded: true }).exited;
    const collecting = setInterval(() => (globalThis as unknown as { gc(): void }).gc(), 5);
    console.log(`warned: ${(await warned).name}`);
    clearInterval(collecting);
    break;
  }
  default:
    throw new Error('say what is to happen');
}
