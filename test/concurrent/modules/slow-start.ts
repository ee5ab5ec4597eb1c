import { Lock, type Remote } from 'remoteobj';

export const own = new Lock();

/** Takes the lock that lives here, works for so long before it awaits anything, and takes the other. */
export async function takeOwnSlowly(
  second: Remote<Lock>,
  taken: () => Promise<void>,
  milliseconds: number,
): Promise<string> {
  const first = own.acquire();
  for (const end = performance.now() + milliseconds; performance.now() < end;);
  using _first = await first;
  await taken();
  using _second = await second.acquire();
  return 'both';
}
