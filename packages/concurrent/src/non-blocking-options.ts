import { isRemote } from '@remoteobj/core';

/** Options of `nonBlocking`. */
export interface NonBlockingOptions<N extends string = string> {
  /** Methods that have an `nb_` form; default all of them. */
  readonly methods?: readonly N[];
  /** How many replicas of the object share its `nb_` methods, each in a process of its own; default 1. */
  readonly workers?: number;
  /** Whether it lives in a thread instead of a process; default false. A thread does not survive a fault in native code. */
  readonly threaded?: boolean;
  /**
   * Whether the arguments of `new` go to the real object's constructor; default true. A function makes them of those: it is called
   * once for each replica, with its number from 0 and the arguments of `new`.
   */
  readonly delegateArgs?: boolean | ((replica: number, ...args: readonly never[]) => readonly unknown[]);
}

/** Options with nothing left open. */
export interface NonBlockingPlan {
  readonly methods: ReadonlySet<string> | undefined;
  readonly workers: number;
  readonly threaded: boolean;
  readonly argsFor: (replica: number, args: readonly unknown[]) => readonly unknown[];
}

const known = ['methods', 'workers', 'threaded', 'delegateArgs'];

/** Options with their defaults. Throws TypeError or RangeError that names what is wrong. */
export function readNonBlocking(Class: unknown, options: NonBlockingOptions): NonBlockingPlan {
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new TypeError(`nonBlocking: there is no option '${key}'; there are ${known.join(', ')}`);
  }
  const { methods, workers = 1, threaded = false, delegateArgs = true } = options;
  if (!isRemote(Class))
    throw new TypeError(
      "nonBlocking takes a class by name, which is not imported here: remoteModule<typeof import('./camera.js')>(new URL('./camera.js', import.meta.url)).Camera",
    );
  if (!(Number.isSafeInteger(workers) && workers >= 1))
    throw new RangeError(`nonBlocking: workers must be a whole number from 1, not ${workers}`);
  if (methods !== undefined && !(Array.isArray(methods) && methods.every((name) => typeof name === 'string')))
    throw new TypeError('nonBlocking: methods must be a list of names');
  if (typeof threaded !== 'boolean') throw new TypeError('nonBlocking: threaded must be true or false');
  if (typeof delegateArgs !== 'boolean' && typeof delegateArgs !== 'function')
    throw new TypeError('nonBlocking: delegateArgs must be true, false or a function that makes the arguments');
  return { methods: methods && new Set(methods), workers, threaded, argsFor: delegation(delegateArgs) };
}

function delegation(delegateArgs: NonNullable<NonBlockingOptions['delegateArgs']>): NonBlockingPlan['argsFor'] {
  if (typeof delegateArgs === 'function') return (replica, args) => delegateArgs(replica, ...(args as never[])); // as the user typed them
  return (_replica, args) => (delegateArgs ? args : []);
}
