import { inline, job, remoteModule, type Job } from 'remoteobj';

const work = remoteModule<typeof import('./work.js')>(new URL('./work.js', import.meta.url));

console.log('— returning —');
await using adding = job(work.sum, [[1, 2, 3]]);
console.log(`${adding.name} runs: ${adding.alive}, result: ${await adding.result}`);
await adding.join();
console.log(`${adding.name} runs: ${adding.alive}, result: ${await adding.result}`); // its process is gone, the result is not
const inThread = job(work.sum, [[4, 5]], { threaded: true });
console.log(`${inThread.name}: ${await inThread.result}`);
const closed = job(
  inline((text: string) => text.split('').reverse().join('')),
  ['emordnilap'],
);
console.log(`${closed.name}: ${await closed.result}`);

console.log('— yielding —');
const counting = job(work.countTo, [3]);
for await (const number of counting) console.log(`yielded ${number}`);
console.log(await counting.result);

console.log('— throwing, there and from here —');
const parsing = job(work.parse, ['{ oops']);
await ending(parsing);
const watching = job(work.watch);
for await (const news of watching) {
  console.log(news);
  break;
}
await watching.throw(new Error('that will do'));
console.log(await watching.result);

console.log('— dying —');
await ending(job(work.crash));
await ending(job(work.leave, [3]));
const hanging = job(work.hang);
await hanging.join({ timeout: 10 }).catch((error: Error) => console.log(`join: ${error.name}; runs: ${hanging.alive}`));
await hanging.terminate();
await ending(hanging);
await ending(job(work.hang, [], { timeout: 200 }));
await ending(job(remoteModule<typeof import('./work.js')>(new URL('./missing.js', import.meta.url)).hang));

/** Prints what became of a job that fails. */
async function ending(failing: Job<unknown>): Promise<void> {
  const error: unknown = await failing.result.catch((reason: unknown) => reason);
  const { code, signal, reason } = await failing.exited;
  console.log(`${failing.name}: ${reason}, code ${code}, signal ${signal}; result: ${(error as Error).name}`);
}
