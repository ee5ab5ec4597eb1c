import { registerTypeScript } from './typescript/register-hooks.js';

registerTypeScript();
