import { connect, expose, type Remote } from '@remoteobj/core';
import { memoryPair } from './memory.js';

/** The interface of a remote on an object of this process: values are copied and references kept as if it lived elsewhere. */
export function local<T extends object>(target: T): Remote<T> {
  const [here, there] = memoryPair();
  expose(target, there);
  return connect<T>(here);
}
