/** Runs a task when the event loop has taken in what is here now: a timer that is due already would come before that. */
export function afterTurn(task: () => void): void {
  const { setImmediate = setTimeout } = globalThis as { setImmediate?: (task: () => void) => unknown };
  setImmediate(task);
}
