export { load, resolve } from '../typescript/hooks.js';
