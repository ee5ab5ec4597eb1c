import { pool, type Pool } from '@remoteobj/process';
import { assert, test } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Worker from './modules/worker.js';

const worker = new URL('./modules/worker.js', import.meta.url);

/** What is written to standard error as if it were a terminal; `until` waits for a text. */
interface Terminal {
  readonly text: string;
  until(text: string): Promise<void>;
}

async function withTerminal(use: (workers: Pool<typeof Worker>, terminal: Terminal) => Promise<void>): Promise<void> {
  const { stderr } = process;
  const before = { write: Object.getOwnPropertyDescriptor(stderr, 'write'), isTTY: stderr.isTTY };
  let text = '';
  let look: () => void = () => {};
  stderr.isTTY = true;
  stderr.write = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    look();
    return true;
  };
  try {
    await using workers = pool<typeof Worker>(worker, { size: 1, threaded: true });
    await use(workers, {
      get text() {
        return text;
      },
      until: (wanted) =>
        new Promise((resolve) => {
          look = () => text.includes(wanted) && resolve();
          look();
        }),
    });
  } finally {
    stderr.isTTY = before.isTTY;
    if (before.write === undefined) delete (stderr as Partial<typeof stderr>).write;
    else Object.defineProperty(stderr, 'write', before.write);
  }
}

test('the progress bar begins at nothing of all, and ends with all of it', () =>
  withTerminal(async (workers, terminal) => {
    const [first, second] = [latch(), latch()];
    let told = 0;
    const mapping = workers.map(
      async (n: number) => {
        await [first, second][n]?.opened;
        if (n === 1) throw new Error('one');
      },
      [0, 1],
      { progress: true, onError: 'collect', onProgress: () => told++ },
    );
    await terminal.until('0% | 0/2');
    assert.not(terminal.text.includes('100%'), terminal.text);
    first.open();
    await terminal.until('50% | 1/2');
    assert.not(terminal.text.includes('100%'), terminal.text);
    second.open();
    await mapping;
    assert.match(terminal.text, /100% \| 2\/2 \|[^|]*\| 1 failed/);
    assert.is(told, 2, 'once for each item');
  }));

test('the progress bar counts without a percentage as long as nobody knows how many there will be', () =>
  withTerminal(async (workers, terminal) => {
    const [first, more] = [latch(), latch()];
    async function* source(): AsyncGenerator<number> {
      yield 0;
      yield 1;
      await more.opened;
    }
    const mapping = workers.map((n: number) => (n === 0 ? first.opened : undefined), source(), { progress: true });
    await terminal.until('1 so far');
    first.open();
    await terminal.until('2 so far');
    assert.not(terminal.text.includes('%'), terminal.text);
    more.open();
    await mapping;
    assert.match(terminal.text, '100% | 2/2');
  }));
