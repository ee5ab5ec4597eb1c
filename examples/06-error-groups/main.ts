import { Except, RemoteDiedError, spawn } from 'remoteobj';
import { ExposureError } from './camera.js';

const module = new URL('./camera.js', import.meta.url);
await using child = await spawn<typeof import('./camera.js')>(module, { name: 'camera' });

console.log('— a session that fails at three places —');
const exc = new Except();
exc.on('error', (error, group) => console.log(`recorded in '${group}': ${(error as Error).message}`));
const failure: unknown = await child.remote.session(exc, [1, 2, 9, 1]).catch((error: unknown) => error);
console.log(`the call rejects with what 'work' threw on: ${failure === exc.get('work')}`);

console.log('— what is known of them here —');
for (const { group, error, origin } of exc.records())
  console.log(`${group}: ${(error as Error).name}: ${(error as Error).message} (in ${origin?.name})`);
const [init] = exc.group('init') as [Error];
console.log(`class and cause: ${init instanceof TypeError}, ${String(init.cause)}`);
const [work] = exc.group('work') as [ExposureError];
console.log(`own properties: ${work.seconds} s`);
console.log(`both stacks: ${/camera\.ts[^]*--- remote call ---[^]*main\.ts/.test(String(work.stack))}`);

console.log('— raised here, by group —');
for (const group of ['init', 'work', 'rest', 'clean-up']) {
  try {
    exc.raiseAny(group);
    console.log(`${group}: nothing to raise`);
  } catch (error) {
    console.log(`${group}: raised ${(error as Error).message}`);
  }
}
const all = exc.toAggregateError();
console.log(`all at once: ${all.message}`);

console.log('— only some classes, and a scope here around the one there —');
const some = new Except(ExposureError);
await some.run('here', async () => child.remote.take(some, 8), { raises: false });
console.log(`recorded in: ${some.names.join(', ')}`); // once, by the innermost

console.log('— a child that is killed a turn later —');
const last = new Except();
await child.remote.lastWords(last).catch((error: unknown) => {
  console.log(`the call: ${error instanceof RemoteDiedError ? `${error.code}, ${error.signal}` : String(error)}`);
});
console.log(`what it had recorded: ${(last.first as Error).message}`);
