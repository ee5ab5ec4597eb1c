import { RemoteDiedError, spawn, TimeoutError, withOptions, type Exit } from 'remoteobj';

const start = () => spawn<typeof import('./fragile.js')>(new URL('./fragile.js', import.meta.url));

console.log('— a child that crashes —');
const first = await start();
const crash = first.remote.crash();
const behind = first.remote.add(1, 2); // sent right behind it
await report('the call that crashed it', crash);
await report('the call behind it', behind);
await report('a call after its death', first.remote.add(1, 2));
console.log(ending(await first.exited));

console.log('— a child that exits inside a call —');
const second = await start();
await report('the call', second.remote.leave(3));
console.log(ending(await second.exited));

console.log('— a child that hangs —');
const third = await start();
await report('the call, with a time limit', withOptions(third.remote.hang, { timeout: 100 })());
console.log(`still there: ${third.alive}`);
const waiting = report('a call that waits meanwhile', third.remote.add(1, 2));
await third.kill();
await waiting;
console.log(ending(await third.exited));

console.log('— and here life goes on —');
await using fourth = await start();
console.log(`a fresh child answers: ${await fourth.remote.add(1, 2)}`);

/** Prints what the caller of a failed call can know. */
async function report(what: string, call: PromiseLike<unknown>): Promise<void> {
  try {
    await call;
    console.log(`${what}: answered`);
  } catch (error) {
    if (error instanceof RemoteDiedError) {
      console.log(
        `${what}: ${error.code}, executed: ${error.executed}, exit code ${error.exitCode}, signal ${error.signal}`,
      );
      if (error.stderrTail !== '') console.log(`its last words: ${error.stderrTail.trim()}`);
    } else if (error instanceof TimeoutError) {
      console.log(`${what}: ${error.code}, executed: ${error.executed}`);
    } else {
      throw error;
    }
  }
}

function ending({ code, signal, reason }: Exit): string {
  return `how it ended: ${reason}, exit code ${code}, signal ${signal}`;
}
