import { createRequire } from 'node:module';

/** Modules and functions of Node that give away the whole process; never passed to a peer, whatever the path to them was. */
export function powerfulBuiltIns(): unknown[] {
  // Required, not imported: an import makes a list of every export first.
  const require = createRequire(import.meta.url);
  const [childProcess, vm, { Worker }, module] = ['child_process', 'vm', 'worker_threads', 'module'].map(
    (name) => require(`node:${name}`) as Record<string, unknown>,
  ) as [object, object, { Worker: unknown }, unknown];
  return [
    process,
    require,
    module,
    childProcess,
    ...Object.values(childProcess),
    vm,
    ...Object.values(vm),
    Worker,
  ].filter((value) => typeof value === 'function' || (typeof value === 'object' && value !== null));
}
