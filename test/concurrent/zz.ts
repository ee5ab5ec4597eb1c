import { nonBlocking } from '@remoteobj/concurrent';
import { remoteModule } from '@remoteobj/core';
const { Device } = remoteModule<typeof import('./modules/device.js')>(new URL('./modules/device.js', import.meta.url));
const NB = nonBlocking(Device, { methods: ['snap', 'move'] });
console.log(NB.name, NB.model, NB.list());
const nb = new NB('cam', 2);
console.log(nb instanceof NB, nb);
const p = nb.nb_snap(200);
console.log(p);
let ticks = 0; const t = setInterval(() => ticks++, 5);
console.log(await p, ticks); clearInterval(t);
console.log(nb.snap(20), nb.gain, nb.place, nb.options, nb.log, nb.name);
nb.gain = 7; console.log(nb.gain, 'gain' in nb, 'nope' in nb, Object.keys(nb), delete nb.options, nb.options);
try { nb.fail() } catch (e) { console.log(e) }
console.log(nb.axis().go(5));
console.log(nb.count(3, (n: number) => console.log('n', n)));
await nb.close();
try { nb.gain } catch (e) { console.log((e as Error).message) }
