export { isError } from './is-error.js';
export { errorReport, errorToData, type ErrorData } from './remote-error.js';
export { buildError, finishError } from './build-error.js';
export { registerErrorClass } from './error-classes.js';
export { homeOf, type ExceptHome } from './except-home.js';
export { remoteCallLine } from './stack-text.js';
export { copyExcept, traitsOf, type ExceptTraits } from './except-copy.js';
