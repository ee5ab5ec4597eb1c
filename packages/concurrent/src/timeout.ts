/** What a future comes to when its time is up. */
export const Timeout: unique symbol = Symbol('Timeout');
