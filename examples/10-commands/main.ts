import { execa, ExecaError } from 'execa';
import { pipeline } from 'remoteobj';

const answering = `
  const lines = require('node:readline').createInterface({ input: process.stdin });
  lines.on('line', (line) => console.log(line.toUpperCase()));
`;

console.log('— run, and capture —');
const { stdout, exitCode } = await execa`echo one two`; // arguments are a list: no shell reads them
console.log(`${stdout}, exit code ${exitCode}`);
const failing = await execa({ reject: false })`ls /no-such-folder`;
console.log(`unchecked: failed ${failing.failed}, exit code is 0: ${failing.exitCode === 0}`);
try {
  await execa`ls /no-such-folder`;
} catch (error) {
  if (!(error instanceof ExecaError)) throw error;
  console.log(`checked: ${error.command}, exit code is 0: ${error.exitCode === 0}, told why: ${error.stderr !== ''}`);
}

console.log('— a time limit —');
const late = await execa({ reject: false, timeout: 100 })`sleep 60`;
console.log(`timed out: ${late.timedOut}, ended by ${late.signal}`);
const ignoring = "trap '' TERM; exec sleep 60";
const stubborn = await execa({ reject: false, timeout: 200, forceKillAfterDelay: 100 })`sh -c ${ignoring}`;
console.log(`one that ignores that: timed out ${stubborn.timedOut}, killed harder: ${stubborn.isForcefullyTerminated}`);

console.log('— poll, and stop —');
const sleeper = execa({ reject: false })`sleep 60`;
console.log(`runs: ${sleeper.exitCode === null}`);
sleeper.kill();
const { isTerminated } = await sleeper;
console.log(`runs: ${sleeper.exitCode === null && sleeper.signalCode === null}, stopped: ${isTerminated}`);

console.log('— communicate —');
const sorted = await execa({ input: 'pear\napple\nfig\n' })`sort`;
console.log(sorted.stdout.split('\n').join(', '));
const calculator = execa`cat`; // as a conversation: what is written comes back, line by line
const answers = calculator.iterable();
for (const line of ['first', 'second']) {
  calculator.stdin.write(`${line}\n`);
  const { value } = await answers.next();
  console.log(`said ${line}, heard ${value as string}`);
}
calculator.stdin.end();
await calculator;

console.log('— chain —');
const chained = await execa`printf ${'b\na\nb\nc\n'}`.pipe`sort`.pipe`uniq -c`;
console.log(
  chained.stdout
    .split('\n')
    .map((line) => line.trim())
    .join(', '),
);

console.log('— as a stage of a pipeline —');
const lines = pipeline(
  [
    { name: 'upper', fn: async (text: string) => (await execa({ input: text })`tr a-z A-Z`).stdout, workers: 2 },
    { name: 'count', fn: (text: string) => `${text} has ${text.length} letters` },
  ],
  { ordered: true },
);
// The lines of a command that streams are fed as they come; a full queue makes the command wait.
for await (const line of lines.feed(execa`printf ${'one\nthree\nseven\n'}`.iterable())) console.log(line);

console.log('— one command that runs is a stage —');
const upper = execa`node -e ${answering}`; // one process for all items: a line in, a line out
const replies = upper.iterable();
async function ask(line: string): Promise<unknown> {
  upper.stdin.write(`${line}\n`);
  const { value } = await replies.next();
  return value;
}
for await (const line of pipeline([{ name: 'upper', fn: ask }]).feed(['red', 'green', 'blue'])) console.log(line);
upper.stdin.end();
await upper;
