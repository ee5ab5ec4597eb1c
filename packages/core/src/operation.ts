/** The operations a view records. The numbers are the wire's (PROTOCOL.md, "Steps"); 0 ends a chain. */
export const Op = {
  /** The start of a chain; never on the wire. */
  root: 0,
  get: 1,
  set: 2,
  delete: 3,
  has: 4,
  keys: 5,
  length: 6,
  call: 7,
  construct: 8,
  super: 9,
  pass: 10,
  iterate: 11,
  /** Wire only: the value so far is also the result of an earlier request, whose number follows. */
  keep: 12,
} as const;

export type Op = (typeof Op)[keyof typeof Op];

/** One step as the receiver reads it. */
export type Step =
  | { readonly op: typeof Op.get | typeof Op.delete | typeof Op.has; readonly key: string }
  | { readonly op: typeof Op.set; readonly key: string; readonly value: unknown }
  | { readonly op: typeof Op.keys | typeof Op.length | typeof Op.super }
  | { readonly op: typeof Op.call | typeof Op.construct; readonly args: unknown[] }
  | { readonly op: typeof Op.pass; readonly fn: unknown; readonly args: unknown[] }
  | { readonly op: typeof Op.iterate; readonly credit: number }
  | { readonly op: typeof Op.keep; readonly id: number };
