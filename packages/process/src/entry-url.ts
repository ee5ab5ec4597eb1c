/**
 * URL of a file of `entry/`, which is what runs elsewhere: in a child, a thread, or Node's thread for module hooks.
 *
 * The build splits shared parts off into files beside that folder, so the way there depends on where this code ended up.
 */
export function entryUrl(name: string): URL {
  return new URL(import.meta.url.includes('/entry/') ? `./${name}.js` : `./entry/${name}.js`, import.meta.url);
}
