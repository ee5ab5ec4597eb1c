import { expose, parent } from 'remoteobj';

/** Does some counting in a process of its own. */
const object = {
  count: 0,
  on: false,
  stop: false,

  toggle(state = true): void {
    this.on = state;
  },
};

expose(object, parent());
setInterval(() => {
  if (object.stop) process.exit();
  if (object.on) object.count++;
}, 10);
