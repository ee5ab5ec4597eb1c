import type { Except } from '@remoteobj/except';
import type { ExceptTraits } from '@remoteobj/except/internal';
import type { Later } from './later.js';

/** What the other side's values may need of the connection they arrive on. */
export interface Importer {
  /** The remote for an object of the other side; whether that is a function. */
  importReference(id: number, isFunction: boolean): unknown;
  /** Our own object, come home. */
  ownObject(id: number): unknown;
  /** The result of an earlier request of the other side, or a promise of it. */
  resultOf(id: number): unknown;
  /** What a chain that came as an argument yields here, or a promise of it. */
  evaluateView(base: number, target: unknown, steps: readonly unknown[], revive: (part: unknown) => unknown): unknown;
  /** The value of a promise of the other side, once it is known. */
  awaitPromise(id: number): Later;
  importSignal(id: number, aborted: boolean, reason: unknown): AbortSignal;
  importExcept(id: number, traits: ExceptTraits): Except;
  /** The error that the other side recorded under a number, if it is still here. */
  recordedError(number: number): Error | undefined;
  inlineFunction(source: string): unknown;
  builtIn(name: string): unknown;
  /** Stack of the call whose answer this is, put below a remote stack. */
  readonly callStack: string | undefined;
}
