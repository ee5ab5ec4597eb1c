import type { Lock, Permit, Queue, Semaphore } from '@remoteobj/concurrent';
import type { Remote } from '@remoteobj/core';

/** Works on the items of a queue of the other side, at most so many; gives how many it began. */
export async function consume(
  queue: Queue<number>,
  begin: (item: number) => unknown,
  most: number = Number.POSITIVE_INFINITY,
): Promise<number> {
  let begun = 0;
  for await (const item of queue) {
    begun++;
    await begin(item);
    if (begun === most) break;
  }
  return begun;
}

export async function getOne(queue: Queue<number>): Promise<number> {
  return (queue as unknown as Remote<Queue<number>>).get();
}

export async function putOne(queue: Queue<number>, item: number): Promise<void> {
  await (queue as unknown as Remote<Queue<number>>).put(item);
}

const kept: Remote<Permit>[] = [];

/** Takes a permit of the other side and keeps it. */
export async function hold(semaphore: Semaphore | Lock): Promise<void> {
  kept.push(await (semaphore as unknown as Remote<Semaphore>).acquire());
}
