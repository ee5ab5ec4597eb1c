/** What our own connections keep open, and standard output; Node's names. */
const usual: ReadonlySet<string> = new Set(['PipeWrap', 'MessagePort', 'TTYWrap']);

/** Whether this thread waits for something that is no message, such as a timer, a file or a socket, so that its code may go on by itself. True where that is not known. */
export function hasOtherWork(): boolean {
  type Process = { getActiveResourcesInfo?(): readonly string[] };
  const { process } = globalThis as { readonly process?: Process };
  const kinds = process?.getActiveResourcesInfo?.();
  return kinds === undefined || kinds.some((kind) => !usual.has(kind));
}
