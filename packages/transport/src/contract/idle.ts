import { check, same, turns, type Check } from './link.js';
import { numbered, receive, receiveIdly } from './receive.js';

/** A link holds nothing that it does not need. */
export const idleChecks: readonly Check[] = [
  check('an idle link keeps no event loop alive, and one that is told to does', async ({ a, b, holdsLoop }) => {
    if (holdsLoop === undefined) return;
    const [atA, atB] = [receiveIdly(a), receiveIdly(b)];
    await turns(20);
    same(holdsLoop(), false, 'kept alive by a link on which nothing was said');
    a.keepAlive(true);
    b.keepAlive(true);
    same(holdsLoop(), true, 'kept alive by a link that is told to');
    a.send(numbered(1));
    b.send(numbered(1));
    await Promise.all([atA.count(1), atB.count(1)]);
    a.keepAlive(false);
    b.keepAlive(false);
    await turns(20);
    same(holdsLoop(), false, 'kept alive by an idle link');
  }),
  check('a closed link keeps no event loop alive', async ({ a, b, holdsLoop }) => {
    if (holdsLoop === undefined) return;
    const [atA, atB] = [receive(a), receive(b)];
    a.send(numbered(1));
    await a.close();
    await Promise.all([atA.closed, atB.closed]);
    await turns(20);
    same(holdsLoop(), false, 'kept alive by a closed link');
  }),
  check('a closed link leaves no listener behind', async ({ a, b, listeners }) => {
    if (listeners === undefined) return;
    const [atA, atB] = [receive(a), receive(b)];
    same(listeners() > 0, true, 'listeners while it is open');
    await a.close();
    await Promise.all([atA.closed, atB.closed]);
    await turns(20);
    same(listeners(), 0, 'listeners');
  }),
];
