/** A module of Node, where this is Node 20.16 or later; nothing is imported, so that browsers can do without. */
export function builtInModule<M>(name: string): M | undefined {
  type Runtime = { getBuiltinModule?(name: string): M | undefined };
  return (globalThis as { process?: Runtime }).process?.getBuiltinModule?.(name);
}
