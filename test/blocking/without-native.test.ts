/** All of it once more in processes that have no native calls: what blocks looks at its descriptor from time to time. */
process.env['REMOTEOBJ_NATIVE'] = 'off';

await import('./face.test.js');
await import('./order.test.js');
await import('./callbacks.test.js');
await import('./nesting.test.js');
await import('./deadlocks.test.js');
await import('./deaths.test.js');
await import('./timeouts.test.js');
await import('./failures.test.js');

export {};
