import { get, isRemote, keys, len, passTo, remoteModule, spawn } from 'remoteobj';
import type * as Summary from './summary.js';

await using child = await spawn<typeof import('./workshop.js')>(new URL('./workshop.js', import.meta.url));
const workshop = child.remote;

console.log('— values are copied, with their kinds —');
const values = {
  map: new Map([['camera', { exposure: 0.5 }]]),
  set: new Set([1, 2]),
  date: new Date(0),
  pattern: /^a+$/u,
  picture: new Float64Array([1.5, -0]),
  big: 2n ** 70n,
  nothing: undefined,
};
console.log(await workshop.describeKinds(values));
// A type parameter of a remote function is not known here, so what comes back is named.
const back = (await workshop.echo(values)) as typeof values;
console.log(
  `there and back: ${back.map.get('camera')?.exposure}, ${back.date.toISOString()}, ${Object.is(back.picture[1], -0)}, ${back.big}`,
);

interface Node {
  readonly name: string;
  self?: Node;
}
const node: Node = { name: 'ring' };
node.self = node;
const ring = (await workshop.echo(node)) as Node;
console.log(`a cycle stays a cycle: ${ring.self === ring}, and it is a copy: ${ring !== node}`);

console.log('— instances of classes go by reference —');
const press = await new workshop.Press('old press');
await press.stamp('A').stamp('B');
console.log(
  `a remote: ${isRemote(press)}, ${await press.name}, ${(await keys(press)).join(' and ')}, ${await len(press.stamped)} stamped`,
);
console.log(`home again, it is the object itself: ${await workshop.isPress(press)}`);

console.log('— callbacks, at any depth —');
const result = await workshop.run({
  items: ['cut', 'fold'],
  on: {
    item: (name, { index, of }) => console.log(`${index + 1} of ${of}: ${name}`),
    finish: {
      ask: async (question) => {
        console.log(`asked: ${question}`);
        return true;
      },
    },
  },
});
console.log(result);

console.log('— iteration, made there as it is read here —');
for await (const n of workshop.count()) {
  console.log(n);
  if (n === 3) break;
}
console.log(`its finally ran: ${(await workshop.timesClosed()) === 1}`);

console.log('— functions to where the object is —');
const summary = remoteModule<typeof Summary>(new URL('./summary.js', import.meta.url));
console.log(await passTo(press, summary.summarise, ' and '));
console.log(await get(passTo(press.stamped, JSON.stringify)));

console.log('— errors, whole —');
try {
  await workshop.readSettings('press.json');
} catch (error) {
  const { message, code, line, cause } = error as TypeError & { readonly code: string; readonly line: number };
  console.log(`${error instanceof TypeError}, ${message}, code ${code}, line ${line}`);
  console.log(`cause: ${cause instanceof SyntaxError}, ${(cause as Error).message}`);
}
