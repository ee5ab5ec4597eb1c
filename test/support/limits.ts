/** Items a producer may be ahead of its consumer; core's own limit (PROTOCOL.md leaves it to the consumer). */
export const streamWindow = 32;
