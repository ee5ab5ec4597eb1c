/** Serves an object to its parent before the parent has connected to it. */
import { connect, connectionOf, expose, parent } from 'remoteobj';

const transport = parent();
const listener = expose({ word: () => 'first' }, transport);
void connectionOf(connect(transport)).closed.then(() => listener.stop());
