import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RemoteDiedError } from '@remoteobj/except';
import { pool, type Pool } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { withModule } from './temporary.js';

/** In JavaScript, which starts quicker. Leaves a mark that outlives the process, for each time that it runs. */
const source = `
  import { appendFileSync } from 'node:fs';
  export async function mark(file, id) {
    appendFileSync(file, id + '\\n');
    await new Promise((resolve) => setTimeout(resolve, 1));
    return id;
  }
`;

interface Marks {
  mark(file: string, id: number): Promise<number>;
}

const kills = 200;
const lanes = 12;

/** Numbers from 0 to 1, the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Kills workers that are at work, in no order, some answers apart. */
async function killAtRandom(workers: Pool<Marks>, answers: () => number): Promise<void> {
  const next = random(7);
  const killed = new Set<number>();
  while (killed.size < kills) {
    const before = answers();
    const enough = Math.floor(next() * 20);
    const isVictim = (pid: number | undefined): pid is number => pid !== undefined && !killed.has(pid);
    const busy = (): number[] =>
      workers.stats().workers.flatMap(({ pid, running }) => (running > 0 && isVictim(pid) ? [pid] : []));
    while (answers() < before + enough || busy().length === 0) await turn();
    const victims = busy();
    const victim = victims[Math.floor(next() * victims.length)] as number;
    killed.add(victim);
    process.kill(victim, 'SIGKILL');
  }
}

test(
  `no call runs twice under ${kills} random kills, and each is answered or has an unknown fate`,
  () =>
    withModule('marks.mjs', source, async (url) => {
      const left = watchLeftovers();
      const marks = fileURLToPath(new URL('marks', url));
      const restart = { times: 10 * kills, delay: 1, maxDelay: 2 };
      const workers = pool<Marks>(url, { size: 3, execArgv: [], restart });
      const answered = new Set<number>();
      const lost = new Set<number>();
      let calls = 0;
      let killing = true;
      const lane = async (): Promise<void> => {
        while (killing) {
          const id = calls++;
          try {
            assert.is(await workers.remote.mark(marks, id), id);
            answered.add(id);
          } catch (error) {
            if (!(error instanceof RemoteDiedError)) throw error;
            assert.is(error.executed, 'unknown');
            lost.add(id);
          }
        }
      };
      const killer = killAtRandom(workers, () => answered.size).finally(() => (killing = false));
      await Promise.all([killer, ...Array.from({ length: lanes }, lane)]);
      const ran = readFileSync(marks, 'utf8').trimEnd().split('\n').map(Number);
      const once = new Set(ran);
      assert.is(once.size, ran.length, 'some call ran twice');
      assert.ok(
        [...answered].every((id) => once.has(id)),
        'what was answered has run',
      );
      assert.ok(ran.every((id) => answered.has(id) || lost.has(id)));
      assert.is(answered.size + lost.size, calls);
      assert.ok(lost.size >= kills, `${lost.size} calls were lost by ${kills} kills`);
      assert.ok(workers.stats().started >= kills);
      await workers.close();
      await left.assertNone();
    }),
  { timeout: 300_000 },
);
