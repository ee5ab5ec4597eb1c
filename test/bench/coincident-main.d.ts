// Coincident has no types.
declare module 'coincident/main' {
  import type { Worker } from 'node:worker_threads';
  type Proxied = Record<string, (...args: unknown[]) => unknown>;
  export default function coincident(): {
    readonly Worker: new (url: URL, options: object) => Worker & { readonly proxy: Proxied };
  };
}
