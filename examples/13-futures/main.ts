import { background, remoteModule, Timeout } from 'remoteobj';

const work = remoteModule<typeof import('./work.js')>(new URL('./work.js', import.meta.url));
const count = background(work.count); // each call runs in a process, at once
const add = background(work.add, { strategy: 'thread' });

console.log('— three at the same time, read in any order —');
let begun = 0;
let open = (): void => {};
const allHere = new Promise<void>((resolve) => (open = resolve));
const meet = (): Promise<void> => {
  if (++begun === 3) open();
  return allHere;
};
const first = count('to be or not to be', meet);
const second = count('that is the question', meet);
const third = count('whether it is nobler', meet);
console.log(`third: ${await third.letters} letters`); // a chain, read when it is there
console.log(`first: ${await first.words.length} words, the last is ${await first.words.at(-1)}`);
console.log(`second: ${second.value.letters} letters`); // without await: waits here
console.log('each of them has waited for the others');

console.log('— as if it were the value —');
console.log(`two and three are ${add(2, 3)}, twice that is ${2 * Number(add(2, 3))}`);
console.log(`of one another: ${await add(add(1, 2), add(3, 4))}`);

console.log('— a time limit —');
const hanging = background(work.hang, { timeout: 300 })();
console.log((await hanging) === Timeout ? 'timed out, and its process is gone' : 'came back');

console.log('— errors come where they are read —');
const broken = background(work.parse)('{ oops');
try {
  console.log(broken.value);
} catch (error) {
  const { name, stack = '' } = error as Error;
  console.log(`${name}; stack over there: ${stack.includes('work.ts')}, here: ${stack.includes('main.ts')}`);
}

console.log('— in this thread —');
const here = background(async (text: string) => text.toUpperCase(), { strategy: 'here' });
console.log(await here('any function will do').length);
