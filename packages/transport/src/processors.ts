/** Processors that this program may use; 1 where nobody says. */
export function processors(): number {
  type Runtime = { getBuiltinModule?(name: string): { availableParallelism?(): number } | undefined };
  const runtime = (globalThis as { process?: Runtime }).process;
  return runtime?.getBuiltinModule?.('node:os')?.availableParallelism?.() ?? 1;
}
