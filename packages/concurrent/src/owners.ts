import type { Owner } from './owner.js';

/** The replicas of one object. Methods that may run in any of them go to the one with the least to do of those that are alive. */
export class Owners {
  readonly replicas: readonly Owner[];
  #closing: Promise<void> | undefined;

  constructor(replicas: readonly Owner[]) {
    this.replicas = replicas;
  }

  /** The one that properties and plain methods belong to. */
  get first(): Owner {
    return this.replicas[0] as Owner; // there is at least one
  }

  /** Starts a method; `itself` is the result where that gives the object itself. */
  command(member: string, args: readonly unknown[], itself: object): Promise<unknown> {
    const alive = this.replicas.filter((owner) => owner.alive);
    const idle = alive.reduce(
      (least, owner) => (owner.running < least.running ? owner : least),
      alive[0] ?? this.first,
    );
    return idle.command(member, args, itself);
  }

  /** Closes every object and ends its process. Rejects with the first error when all have ended. */
  close(timeout?: number): Promise<void> {
    return (this.#closing ??= this.#close(timeout));
  }

  async #close(timeout: number | undefined): Promise<void> {
    const ends = await Promise.allSettled(this.replicas.map((owner) => owner.close(timeout)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}
