export { isError } from './is-error.js';
export { errorReport, errorToData, type ErrorData } from './remote-error.js';
export { buildError, finishError } from './build-error.js';
export { registerErrorClass } from './error-classes.js';
