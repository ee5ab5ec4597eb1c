import { builtInModule } from '@remoteobj/except/internal';

/** What a settled promise came to. */
export interface Outcome {
  readonly failed: boolean;
  readonly value: unknown;
}

type Tell = (failed: boolean, value: unknown) => void;
type Look = (promise: Promise<unknown>, then: unknown, tell: Tell) => void;
interface Vm {
  createContext(object: object, options: object): object;
  runInContext(code: string, context: object): unknown;
}

const code = `(promise, then, tell) =>
  void Reflect.apply(then, promise, [(value) => tell(false, value), (error) => tell(true, error)])`;
const { then } = Promise.prototype;
let look: Look | undefined;
let drain: () => void = () => {};
/** Those whose requests are polled: the event loop of this thread may not turn for long. */
const polled = new Set<object>();
/** What is to be told, in order. */
const due: (() => void)[] = [];

/**
 * What a promise has come to, without turning the event loop; undefined: it is open, or this cannot be known here.
 *
 * A reaction runs in the microtask queue of the context that its function was made in, and Node lets a context have a queue of its
 * own that is emptied when a script of it ends (`microtaskMode`).
 */
export function settledNow(promise: Promise<unknown>): Outcome | undefined {
  look ??= prepare();
  let outcome: Outcome | undefined;
  look?.(promise, then, (failed, value) => (outcome = { failed, value }));
  drain();
  return outcome;
}

/** The requests of somebody are polled from now on, or are not any more. */
export function polls(owner: object, on: boolean): void {
  if (on) polled.add(owner);
  else if (polled.delete(owner)) tellSettled();
}

/** Gives what is to be called when the promise is settled; in a thread that is polled `tellSettled` may have done so before. */
export function alsoPolled(promise: Promise<unknown>, tell: Tell): Tell {
  if (polled.size === 0) return tell;
  let told = false;
  const once: Tell = (failed, value) => {
    if (told) return;
    told = true;
    tell(failed, value);
  };
  look ??= prepare();
  look?.(promise, then, (failed, value) => due.push(() => once(failed, value)));
  return once;
}

/** Tells of the promises that are settled now, and of those that are by that, without turning the event loop. */
export function tellSettled(): void {
  for (drain(); due.length > 0; drain()) for (const tell of due.splice(0)) tell();
}

function prepare(): Look | undefined {
  const vm = builtInModule<Vm>('node:vm');
  if (vm === undefined) return undefined;
  const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
  drain = () => void vm.runInContext('0', context);
  return vm.runInContext(code, context) as Look;
}
