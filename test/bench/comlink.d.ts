// Comlink has types for its main file only; the ES modules are the same code.
declare module 'comlink/dist/esm/comlink.mjs' {
  export { releaseProxy, wrap } from 'comlink';
}
declare module 'comlink/dist/esm/node-adapter.mjs' {
  import type { Endpoint } from 'comlink';
  export default function nodeEndpoint(port: object): Endpoint;
}
