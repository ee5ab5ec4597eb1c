import { pipeline, PipelineError } from '@remoteobj/concurrent';
import { execa, ExecaError } from 'execa';
import { assert, test, watchLeftovers } from '../support/suite.js';

test('a stage may be a command: what it writes is the result', async () => {
  const leftovers = watchLeftovers();
  const upper = async (input: string): Promise<string> => (await execa({ input })`tr a-z A-Z`).stdout;
  const pipe = pipeline([{ fn: upper, workers: 2 }, { fn: (text: string) => text.length }], { ordered: true });
  assert.equal(await read(pipe.feed(['one', 'three', 'fifteen'])), [3, 5, 7]);
  await leftovers.assertNone();
});

test('the lines of a command that runs once may be the items', async () => {
  const leftovers = watchLeftovers();
  const double = pipeline([{ fn: (line: string) => Number(line) * 2, workers: 2 }], { ordered: true });
  assert.equal(await read(double.feed(execa`seq 1 5`.iterable())), [2, 4, 6, 8, 10]);
  await leftovers.assertNone();
});

test('a loop that is left ends the command that feeds it', async () => {
  const leftovers = watchLeftovers();
  const seen: string[] = [];
  for await (const line of pipeline([{ fn: (line: string) => line }]).feed(execa({ reject: false })`yes`.iterable())) {
    seen.push(line);
    if (seen.length === 3) break;
  }
  assert.equal(seen, ['y', 'y', 'y']);
  await leftovers.assertNone();
});

test('a command that fails, or is not there, is the cause of the error', async () => {
  const leftovers = watchLeftovers();
  for (const command of ['false', 'no-such-command']) {
    const pipe = pipeline([{ name: 'command', fn: () => execa(command) }]);
    const error: PipelineError = await assert.rejects(read(pipe.feed([1])), PipelineError);
    assert.is(error.stage, 'command');
    assert.ok(error.cause instanceof ExecaError);
  }
  await leftovers.assertNone();
});

async function read<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
