/** A module that waits for ever while it is imported. */
export function never(): void {}

await new Promise(() => setInterval(() => {}, 60_000));
