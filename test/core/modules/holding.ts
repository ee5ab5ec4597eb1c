/** Takes as long as the caller wants. */
export async function hold(wait: () => PromiseLike<number>): Promise<number> {
  return await wait();
}
