/**
 * The only importer of uvu. By itself it exits with 0 when a test throws something else than an Error, when no test ran, and has no
 * time limit; here each test has a limit, everything thrown is a failure, and test/support/main.ts starts the run.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { suite as makeSuite } from 'uvu';
import * as uvu from 'uvu/assert';

const tests = makeSuite();
let count = 0;

/** Milliseconds a test may take; a few starts of processes must fit in, on a slow and busy machine. */
const limit = 60_000;

/** Adds a test; its name is a sentence about behaviour. */
export function test(name: string, body: () => unknown, options: { readonly timeout?: number } = {}): void {
  count++;
  tests(name, () => limited(name, body, options.timeout ?? limit));
}

/** Adds a test that is not run on this machine, with the reason. */
export function skipped(name: string, reason: string): void {
  count++;
  tests.skip(`${name} (${reason})`);
}

/** Starts what was added; called once, by main.ts. */
export function run(): void {
  if (count === 0) throw new Error('this file adds no test');
  tests.after(() => {
    // A file whose tests are over ends by itself; unreferenced, this timer does not keep it.
    setTimeout(() => {
      console.error('the tests are over, but something keeps the process alive:', process.getActiveResourcesInfo());
      process.exit(1);
    }, 3000).unref();
  });
  tests.run();
}

async function limited(name: string, body: () => unknown, timeout: number): Promise<void> {
  // A test that blocks for ever hears of no limit; whoever ends the file says which one it was.
  if (process.env['REMOTEOBJ_TEST_NOW'] !== undefined) writeFileSync(process.env['REMOTEOBJ_TEST_NOW'], name);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`'${name}' took longer than ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([(async () => body())(), late]);
  } catch (error) {
    throw error instanceof Error ? error : new Error(`something that is no Error was thrown: ${String(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

type Check = ((error: never) => unknown) | RegExp | string | (new (...args: never[]) => Error);

/** uvu's assertions, and one for promises. */
export const assert: typeof uvu & {
  rejects(action: PromiseLike<unknown> | (() => unknown), check?: Check): Promise<never>;
} = {
  ...uvu,
  async rejects(action: PromiseLike<unknown> | (() => unknown), check?: Check): Promise<never> {
    let value: unknown;
    try {
      value = await (typeof action === 'function' && typeof (action as { then?: unknown }).then !== 'function'
        ? (action as () => unknown)()
        : action);
    } catch (error) {
      judge(error, check);
      return error as never; // whatever was thrown, for further assertions
    }
    return uvu.unreachable(`a rejection was expected, but it resolved to ${String(value)}`) as never;
  },
};

function judge(error: unknown, check: Check | undefined): void {
  if (check === undefined) return;
  const message = error instanceof Error ? error.message : String(error);
  if (check instanceof RegExp) return uvu.match(message, check);
  if (typeof check === 'string') return uvu.ok(message.includes(check), `'${message}' should contain '${check}'`);
  if (Error === check || check.prototype instanceof Error) return uvu.instance(error, check as never);
  uvu.ok((check as (error: unknown) => unknown)(error), `the error is not the one expected: ${message}`);
}

const expected: ((error: unknown) => void)[] = [];

/** Resolves to the next unhandled rejection, which then does not fail the file. Call it before the rejection can happen. */
export function nextUnhandledRejection(): Promise<unknown> {
  return new Promise((resolve) => expected.push(resolve));
}

/** Whether somebody expects an unhandled rejection now; used by main.ts. */
export function takeUnhandled(error: unknown): boolean {
  const take = expected.shift();
  take?.(error);
  return take !== undefined;
}

/** What this process holds now; `assertNone` waits up to ten seconds until it holds no more than that again. */
export function watchLeftovers(): { assertNone(): Promise<void> } {
  const before = held();
  const open = descriptors();
  return {
    async assertNone() {
      const deadline = Date.now() + 10_000;
      let more = excess(before, held());
      while (more.length > 0 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        more = excess(before, held());
      }
      const opened = descriptors().filter((one) => !open.includes(one));
      uvu.equal(more, [], `left behind: ${more.join(', ')}; opened since: ${opened.join(', ')}`);
    },
  };
}

type Held = ReadonlyMap<string, number>;

function held(): Held {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) {
    // Timers are the test's own limit and this wait.
    if (name !== 'Timeout' && name !== 'Immediate' && name !== 'TTYWrap') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  counts.set('descriptors', descriptors().length);
  counts.set('children', children().length);
  return counts;
}

function excess(before: Held, now: Held): string[] {
  return [...now]
    .filter(([name, number]) => number > (before.get(name) ?? 0))
    .map(([name, number]) => `${number - (before.get(name) ?? 0)} ${name}`);
}

/** Open descriptors with what they are of; none where there is no /proc. */
function descriptors(): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      return []; // the one that the folder was read with
    }
  });
}

/** Process ids of this process's children, zombies included; empty where there is no /proc. */
function children(): number[] {
  const file = `/proc/self/task/${process.pid}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}
