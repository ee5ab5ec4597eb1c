/** An iteration that is opened with the first `next`, and never if it is left before. */
export function relayedIteration(open: () => Promise<AsyncIterableIterator<unknown>>): AsyncIterableIterator<unknown> {
  let inner: Promise<AsyncIterableIterator<unknown>> | undefined;
  let left = false;
  const iterator: AsyncIterableIterator<unknown> = {
    next: async () => (left ? { done: true, value: undefined } : (await (inner ??= open())).next()),
    return: async (value?: unknown) => {
      left = true;
      await (await inner)?.return?.();
      return { done: true, value };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
