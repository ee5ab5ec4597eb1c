/** What goes along a thread of calls beside its arguments, such as who is asking: carried only if both ends say so. */
import type { Batch } from './batch.js';
import { writeValue } from './codec.js';
import { Kind } from './message.js';

/** Keeps a value along a thread of calls: Node's `AsyncLocalStorage`, or the like. */
export interface ContextStorage<T> {
  getStore(): T | undefined;
  run<R>(value: T, task: () => R): R;
}

/** Values by name. */
export type ContextValues = Readonly<Record<string, unknown>>;

const storages = new Map<string, ContextStorage<unknown>>();

/**
 * Carries what a storage holds to whoever is called, and runs what is called from elsewhere with what its caller's storage of that name
 * holds, or with undefined. Only between threads and processes of this program, and only where both have said so.
 *
 * The value is copied with each call that needs it, so it should be small; replace it by `run`, do not change it in place. Gives what ends it.
 * Throws TypeError for a name that is taken, and for what is no storage.
 */
export function carryContext<T>(name: string, storage: ContextStorage<T>): () => void {
  if (typeof name !== 'string' || name === '' || name === '__proto__')
    throw new TypeError(`carryContext(name, storage): name must be a text, not ${JSON.stringify(name)}`);
  if (typeof storage?.getStore !== 'function' || typeof storage.run !== 'function')
    throw new TypeError('carryContext(name, storage): storage must be an AsyncLocalStorage, or have getStore and run');
  if (storages.has(name)) throw new TypeError(`carryContext: '${name}' is carried already; choose another name`);
  storages.set(name, storage as ContextStorage<unknown>);
  return () => {
    if (storages.get(name) === storage) storages.delete(name);
  };
}

/** Whether the calls of this thread carry anything. */
export function carriesContext(): boolean {
  return storages.size > 0;
}

/** What the running code's calls carry; undefined: nothing. */
export function currentContext(): ContextValues | undefined {
  let values: Record<string, unknown> | undefined;
  for (const [name, storage] of storages) {
    const value = storage.getStore();
    if (value !== undefined) (values ??= {})[name] = value;
  }
  return values;
}

/** Says whose the requests behind it are. Throws `UnserializableError` for what cannot cross; then nothing was written. */
export function writeContext(batch: Batch, values: ContextValues | undefined): void {
  const at = batch.writer.at;
  const blobs = batch.blobCount();
  try {
    batch.writer.u8(Kind.context);
    writeValue(batch.writer, values, batch, 'context');
    batch.commit();
  } catch (error) {
    batch.undo(at, blobs);
    throw error;
  }
  batch.context = values;
}

export function isSameContext(a: ContextValues | undefined, b: ContextValues | undefined): boolean {
  for (const name of storages.keys()) if (!Object.is(a?.[name], b?.[name])) return false;
  return true;
}

/** Runs a task with what its caller carried. */
export function inContext<T>(values: ContextValues | undefined, task: () => T): T {
  if (storages.size === 0) return task();
  let run = task;
  for (const [name, storage] of storages) {
    const inner = run;
    const value = values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
    run = () => storage.run(value, inner);
  }
  return run();
}

/** An iterator that goes on, whoever asks it to, with what is carried now. */
export function keepingContext<I extends Iterator<unknown> | AsyncIterator<unknown>>(iterator: I): I {
  if (storages.size === 0) return iterator;
  const values = currentContext();
  return {
    next: () => inContext(values, () => iterator.next()),
    return: () => inContext(values, () => iterator.return?.()),
  } as I;
}
