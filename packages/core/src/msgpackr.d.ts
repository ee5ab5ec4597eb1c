/** The build of msgpackr that generates no code at run time has no types of its own. */
declare module 'msgpackr/index-no-eval' {
  export { addExtension, Packr } from 'msgpackr';
}
