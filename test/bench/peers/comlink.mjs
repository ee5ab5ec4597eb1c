// The other end of Comlink in a worker thread; objects go out as proxies, which Comlink wants to be told.
import { parentPort } from 'node:worker_threads';
import { expose, proxy } from 'comlink/dist/esm/comlink.mjs';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { a, add, Link } from './service.mjs';

class ProxiedLink extends Link {
  next(n) {
    return proxy(new ProxiedLink(this.total(n)));
  }
}

expose({ a, add, link: new ProxiedLink() }, nodeEndpoint(parentPort));
