import { builtInModule } from './chain.js';

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

function prepare(): Look | undefined {
  const vm = builtInModule<Vm>('node:vm');
  if (vm === undefined) return undefined;
  const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
  drain = () => void vm.runInContext('0', context);
  return vm.runInContext(code, context) as Look;
}
