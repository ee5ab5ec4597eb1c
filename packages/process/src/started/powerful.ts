import childProcess from 'node:child_process';
import vm from 'node:vm';
import workerThreads from 'node:worker_threads';
import { createRequire, Module } from 'node:module';

/** Modules and functions of Node that give away the whole process; never passed to a peer, whatever the path to them was. */
export function powerfulBuiltIns(): unknown[] {
  const require = createRequire(import.meta.url);
  return [
    process,
    require,
    Module,
    childProcess,
    ...Object.values(childProcess),
    vm,
    ...Object.values(vm),
    workerThreads.Worker,
  ].filter((value) => typeof value === 'function' || (typeof value === 'object' && value !== null));
}
