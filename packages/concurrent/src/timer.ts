/** Milliseconds that a timer can count, some 24.8 days; Node takes more for 1. */
export const longestDelay: number = 2 ** 31 - 1;

/** As `setTimeout`; for more than a timer can count, such as Infinity, there is none: undefined. */
export function timer(action: () => void, milliseconds: number): ReturnType<typeof setTimeout> | undefined {
  return milliseconds > longestDelay ? undefined : setTimeout(action, milliseconds);
}
