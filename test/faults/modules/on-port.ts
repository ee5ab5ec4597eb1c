/** The victim in a worker that is started by hand, with limits of its own. */
import { expose } from '@remoteobj/core';
import { parent } from '@remoteobj/process';
import * as victim from './victim.js';

expose(victim, parent());
