import { Except } from '@remoteobj/except';
import { dispose, dropPassedOn } from './disposal.js';
import type { Excepts } from './excepts.js';
import { isPromise } from './kinds.js';
import { whenSettled } from './later.js';
import type { Signals } from './signals.js';

/** Objects of ours that are more than a reference on the other side. */
interface Crossings {
  readonly signals: Signals;
  readonly excepts: Excepts;
}

/** An object of ours has crossed. */
export function crossed({ signals, excepts }: Crossings, value: object, id: number): void {
  if (value instanceof AbortSignal) signals.exported(value, id);
  if (value instanceof Except) excepts.exported(value);
  if (isPromise(value)) whenSettled(value, () => {}); // the other side awaits it and hears of its failure
}

/** The other side has let go of it; `passedOn`: so many mentions of another connection's object nobody here has seen. */
export function letGo({ signals }: Crossings, value: object, disposable: boolean, passedOn: number): void {
  if (passedOn > 0) dropPassedOn(value, passedOn);
  if (value instanceof AbortSignal) signals.forgotten(value);
  if (disposable) dispose(value);
}
