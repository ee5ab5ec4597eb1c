import { ProtocolError } from '@remoteobj/except';
import type { Link } from './connection.js';
import { judged } from './deadlock.js';
import { followHolder } from './holder.js';
import { whenAll, type Later } from './later.js';
import { Kind, version, type Message, type Probe } from './message.js';

/** Hands a message to the part of the connection that it is for. Throws `ProtocolError` for one that may not come now. */
export function dispatch(link: Link, message: Message): void {
  if (!link.greeted && message.kind !== Kind.hello) throw new ProtocolError('the other end did not say hello first');
  switch (message.kind) {
    case Kind.eval:
      return link.server.receive(message);
    case Kind.result:
    case Kind.failure:
    case Kind.pulled:
      if (message.kind === Kind.failure && link.streams.ended(message.id, message.failure ?? { error: message.value }))
        return;
      return link.caller.pending.answered(message);
    case Kind.hello:
      if (message.version !== version)
        throw new ProtocolError(
          `the other end speaks version ${message.version} of the protocol, this end ${version}: update the older one`,
        );
      return link.greet(message);
    case Kind.listen:
      link.listening = 'listening';
      link.outbox.releaseHeld();
      return link.tell();
    case Kind.stop:
      link.listening = 'stopped';
      link.stopReason = message.reason;
      for (const batch of link.outbox.takeHeld()) link.caller.pending.refuse(batch);
      return link.tell();
    case Kind.ping:
      return link.send(Kind.pong);
    case Kind.pong:
      return; // that a frame came is all it says
    case Kind.context:
      return; // the evals behind it have it with them
    case Kind.probe:
      return probed(link, message);
    case Kind.pull:
      return link.server.pull(message.id);
    case Kind.cancel:
      return link.server.cancel(message.id);
    case Kind.flush:
      return link.server.flush(message.id);
    case Kind.release:
      if (message.space === 'reference') link.references.forget(message.id, message.count);
      else link.server.results.release(message.id);
      return;
    case Kind.done:
      return link.caller.pending.finished(message.count);
    case Kind.item:
      return link.streams.item(message.id, message);
    case Kind.abort:
      return whole(message.later, () => link.signals.abort(message.id, message.value));
    case Kind.tunnel:
      return link.tunnels.frame(message.id, message.value);
    case Kind.untunnel:
      return link.tunnels.closed(message.id);
    case Kind.caught:
      return whole(message.later, (failure) =>
        link.excepts.heard(message.id, message.rethrown, message.value, message.failure ?? failure),
      );
    case Kind.end:
      if (!link.streams.ended(message.id)) link.outbox.answered(1);
      return;
    case Kind.credit:
      return link.streams.credit(message.id, message.count);
    case Kind.ahead:
      return link.streams.bounded(message.id);
    case Kind.return:
      if (!link.streams.stop(message.id)) link.server.cancel(message.id);
      return;
    default:
      message satisfies never;
  }
}

function whole(later: readonly Later[] | undefined, then: (failure?: { readonly error: unknown }) => void): void {
  if (later === undefined) then();
  else whenAll(later, then);
}

/** Strangers are told nothing of what this process waits for. */
function probed(link: Link, { id, object, steps }: Probe): void {
  if (link.bareErrors) return;
  if (id === 0) {
    const held = link.references.imported(object);
    if (held !== undefined) followHolder(held, steps);
  } else if (link.server.isOpen(id) || link.streams.source(id) !== undefined) {
    judged(steps, () => link.server.follow(id, steps));
  }
}
